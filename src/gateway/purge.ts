/** What can be purged of the answers that a server has stored, for views and for whoever runs the server. */
import { checkKeys, refuse, shown } from '../pipeline/check-options.ts';
import type { ApplicationEnvironment } from './contract.ts';

/** One of the three. */
export interface Purged {
  /** "/path?query" of any host, or "https://host/path?query". */
  url?: string;
  /** The beginning of such a URL. */
  prefix?: string;
  /** What cachePage() or a Surrogate-Key field has given. */
  tag?: string;
}

const KINDS = ['url', 'prefix', 'tag'] as const;

/** Forgets stored answers through `purge`. FastServeError (FS_APP) for anything else than one of Purged. */
export function purgeWith(purge: ApplicationEnvironment['purge'], what: Purged): number {
  checkKeys('cache.purge()', what, KINDS);
  const given = KINDS.filter((kind) => what[kind] !== undefined);
  const [kind] = given;
  if (given.length !== 1 || kind === undefined) refuse('cache.purge()', `expected one of ${KINDS.join(', ')}, got ${given.length}`);
  const text = what[kind];
  if (typeof text !== 'string' || text === '') refuse('cache.purge()', `${kind} is ${shown(text)}, expected a text`);
  if (kind !== 'tag' && !/^(\/|https?:\/\/[^/])/.test(text)) refuse('cache.purge()', `${kind} is ${shown(text)}, expected a path such as "/news/" or a whole URL`);
  return purge?.(kind, text) ?? 0;
}

/** The stored answers of a server, as views and its owner see them: they can be forgotten, not read. */
export interface ResponseCache {
  /**
   * Forgets stored answers and returns how many. When it returns no thread answers with them any more, and answers that were
   * asked for before are not stored.
   */
  purge(what: Purged): number;
}
