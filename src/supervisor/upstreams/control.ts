/** What users of the library hold: the servers of one upstream, which change while they serve. servers.ts is behind it. */
import type { UpstreamServerConfig } from '../../config/types/proxy.ts';

/** The servers of an upstream. Changes are in effect for the next request; those under way, tunnels too, go on where they are. */
export interface UpstreamControl {
  readonly name: string;
  list(): UpstreamServerStatus[];
  /** One more server, as in the configuration. Resolves when it may get requests. Rejects with ConfigError. */
  add(server: string | UpstreamServerConfig): Promise<void>;
  /** `url` as the server was written, here and below. ConfigError when there is no such server, or no other one. */
  remove(url: string): void;
  /** No new requests but of clients that its sticky cookie brings back; false: all again. ConfigError as above. */
  drain(url: string, draining?: boolean): void;
  /** Other settings for a server; those that are not named stay. ConfigError as above, or for a wrong value. */
  set(url: string, changes: UpstreamServerChanges): void;
}

/** Settings of a server that change while it serves. */
export type UpstreamServerChanges = Omit<UpstreamServerConfig, 'url'>;

/**
 * - up: gets requests.
 * - down: is switched off.
 * - draining: gets only clients that come back.
 * - failing: active checks say that it does not serve.
 * - spared: its requests failed; later one tries it (trial).
 */
export type UpstreamServerState = 'up' | 'down' | 'draining' | 'failing' | 'spared' | 'trial';

/** A server of an upstream as it is now. */
export interface UpstreamServerStatus {
  /** As it was written. */
  readonly url: string;
  /** A literal IP and a port, or the path of a unix socket. */
  readonly address: string;
  readonly state: UpstreamServerState;
  readonly weight: number;
  readonly backup: boolean;
  readonly maxConnections: number;
  /** Requests that it has now. */
  readonly inFlight: number;
  /** Since it was added. */
  readonly answered: number;
  readonly failed: number;
  /** Active checks, and the status of the last one's answer, 0 without one. */
  readonly checksPassed: number;
  readonly checksFailed: number;
  readonly checkStatus: number;
  /** To the head of an answer, recent peaks counting most; 0: not known. */
  readonly latencyMs: number;
}
