/**
 * What middlewares leave to the front, which answers files, redirects, errors and stored pages in the application's place: no
 * middleware sees those. Collected once, when the application is defined.
 */
import type { FrontDuties } from '../../gateway/contract.ts';
import type { Middleware } from './chain.ts';
import { checkedFields } from './field-block.ts';

/** What one middleware does with every request, whatever the application. */
export interface FrontPart {
  /** By lower-case name: what it puts on every response. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The same, on responses over HTTPS. */
  readonly secureFields?: Readonly<Record<string, string>>;
  /** It refuses requests to hosts that fit none of these with 421: "example.org" or "*.example.org", in lower case. */
  readonly hosts?: readonly string[];
  /** It redirects hosts with or without "www." to the other. */
  readonly www?: 'add' | 'remove';
  /** It gives each request an id, and sends it in this field (a lower-case name); trust: a client's own is taken. */
  readonly requestId?: { readonly header: string; readonly trust: boolean };
}

/**
 * Of several middlewares the innermost decides about a field, as it does on a response of a view, and the outermost about "www." and
 * the id; hosts must please all. undefined: they leave nothing to the front. FastServeError (FS_APP) for what cannot be sent.
 */
export function collectFrontDuties(middlewares: readonly Middleware[]): FrontDuties | undefined {
  const parts = middlewares.flatMap(({ front }) => front ?? []);
  if (parts.length === 0) return undefined;
  const requestId = parts.find((part) => part.requestId !== undefined)?.requestId;
  return {
    fields: merged(parts.map(({ fields }) => fields)),
    secureFields: merged(parts.map(({ secureFields }) => secureFields)),
    hosts: parts.flatMap(({ hosts }) => (hosts === undefined ? [] : [[...hosts]])),
    www: parts.find(({ www }) => www !== undefined)?.www ?? '',
    requestId: requestId?.header ?? '',
    trustsRequestId: requestId?.trust ?? false,
  };
}

function merged(all: readonly (Readonly<Record<string, string>> | undefined)[]): string[] {
  return [...checkedFields('front', Object.assign({}, ...all) as Record<string, string>)];
}
