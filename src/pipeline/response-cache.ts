/** The answers that the front has stored, as an application sees them. Each thread speaks to the server that it works for. */
import type { ApplicationEnvironment } from '../gateway/contract.ts';
import { purgeWith, type ResponseCache } from '../gateway/purge.ts';

let active: ApplicationEnvironment['purge'];

/** An application calls it when it starts. */
export function activatePurge(purge: ApplicationEnvironment['purge']): void {
  active = purge;
}

/** The server's stored answers: cache.purge({ tag: 'articles' }). Without a server (inject) there are none. */
export const cache: ResponseCache = { purge: (what) => purgeWith(active, what) };
