/** How much is told of clients to those who need not know who they are. */

/** full; masked: the network, /24 and /48; hashed: an address of fd00::/8 that stands for the client for a while; none. */
export type ClientShown = 'full' | 'masked' | 'hashed' | 'none';

export const CLIENT_SHOWN: readonly ClientShown[] = ['full', 'masked', 'hashed', 'none'];

/** Which fields tell an upstream of the client: X-Forwarded-For, -Proto and -Host, Forwarded, both or none. */
export type ForwardedForm = 'both' | 'x-forwarded' | 'standard' | 'none';

export const FORWARDED_FORMS: readonly ForwardedForm[] = ['both', 'x-forwarded', 'standard', 'none'];

export interface Clients {
  /** What views see. */
  readonly views: ClientShown;
  /** Seconds that a hash stands for the same client. */
  readonly period: number;
}
