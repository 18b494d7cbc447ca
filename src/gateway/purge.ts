/** What can be purged of the answers that a server has stored, for views and for whoever runs the server. */
import { checkKeys, refuse, shown } from '../pipeline/check-options.ts';
import { fragmentTag } from './cache-tags.ts';
import type { ApplicationEnvironment } from './contract.ts';

/** One of url, prefix, tag and fragment. */
export interface Purged {
  /** "/path?query" of any host, or "https://host/path?query". */
  url?: string;
  /** The beginning of such a URL. */
  prefix?: string;
  /** What cachePage(), {% cache ... tags=... %} or a Surrogate-Key field has given. */
  tag?: string;
  /** The name of a {% cache %}: all its fragments, or with `vary` one. */
  fragment?: string;
  /** The values that the fragment varies on, in the order of its tag. */
  vary?: readonly unknown[];
}

const KINDS = ['url', 'prefix', 'tag', 'fragment'] as const;

/** Forgets stored answers through `purge`. FastServeError (FS_APP) for anything else than one of Purged. */
export function purgeWith(purge: ApplicationEnvironment['purge'], what: Purged): number {
  checkKeys('cache.purge()', what, [...KINDS, 'vary']);
  const given = KINDS.filter((kind) => what[kind] !== undefined);
  const [kind] = given;
  if (given.length !== 1 || kind === undefined) refuse('cache.purge()', `expected one of ${KINDS.join(', ')}, got ${given.length}`);
  const text = what[kind];
  if (typeof text !== 'string' || text === '') refuse('cache.purge()', `${kind} is ${shown(text)}, expected a text`);
  if (kind === 'fragment') return purge?.('tag', tagOf(text, what.vary)) ?? 0;
  if (what.vary !== undefined) refuse('cache.purge()', `vary belongs to fragment, not to ${kind}`);
  if (kind !== 'tag' && !/^(\/|https?:\/\/[^/])/.test(text)) refuse('cache.purge()', `${kind} is ${shown(text)}, expected a path such as "/news/" or a whole URL`);
  return purge?.(kind, text) ?? 0;
}

function tagOf(name: string, vary: readonly unknown[] | undefined): string {
  if (vary !== undefined && !Array.isArray(vary)) refuse('cache.purge()', `vary is ${shown(vary)}, expected a list of values`);
  try {
    return fragmentTag(name, vary);
  } catch (error) {
    return refuse('cache.purge()', `vary: ${(error as Error).message}`);
  }
}

/** The stored answers of a server, as views and its owner see them: they can be forgotten, not read. */
export interface ResponseCache {
  /**
   * Forgets stored answers, and fragments of templates, and returns how many. When it returns no thread answers with them any more, and answers that were
   * asked for before are not stored.
   */
  purge(what: Purged): number;
}
