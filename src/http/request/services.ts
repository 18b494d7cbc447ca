/** What an application lends to its requests: the pipeline implements it, request.ts uses it. */
import type { ContentTags } from '../../gateway/answers/content-tags.ts';
import type { GatheredPage } from '../../gateway/contract.ts';
import type { SigningKeys } from '../../signing/index.ts';
import type { ContentLimits } from '../content/limits.ts';
import type { Request } from '../request.ts';

export interface RequestServices {
  /** Finds the route and assigns it; leaves the request as it is when there is none. Never throws. */
  locate(request: Request): void;
  /** Context processors and template. */
  renderTemplate(request: Request, template: string, context: object): string | GatheredPage | Promise<string | GatheredPage>;
  /** For signed cookies; null when the application has no secret key. */
  readonly signingKeys: SigningKeys | null;
  /** Entity-tags under the application's secret key. */
  readonly contentTags: ContentTags;
  readonly contentLimits: ContentLimits;
  /** Whether a cookie that cannot be read is the client's mistake. */
  readonly strictCookies: boolean;
  /** Where uploads are kept until their request ends; undefined: the system's temporary directory. */
  readonly uploadDirectory: string | undefined;
}
