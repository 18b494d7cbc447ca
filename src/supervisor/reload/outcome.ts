/** What a reload brings, and why it, or another number of workers, is refused. */
import { FastServeError } from '../../errors.ts';

/** What a reload has brought. */
export interface Reload {
  /** Of the code that serves now: 1 at the start, one more with each reload. */
  readonly generation: number;
  /** Worker threads that run it. */
  readonly workers: number;
  /** From the call, or the end of the reload before, until the new code got requests. */
  readonly ms: number;
  /** Keys of the configuration that have changed and take effect only when the server is started anew. */
  readonly restart: readonly string[];
}

export function closingError(): FastServeError {
  return new FastServeError('FS_RELOAD', 'the server is closing: nothing was loaded.');
}

export function tooManyError(workers: number, most: number): FastServeError {
  return new FastServeError('FS_RELOAD', `${workers} workers are more than this server has places for (${most}). Set "workers" and restart it for more.`);
}

export function noPoolError(name: string, pools: readonly { readonly name: string }[]): FastServeError {
  return new FastServeError('FS_RELOAD', `there is no pool "${name.slice(0, 64)}". The pools are ${pools.map((pool) => pool.name).join(', ')}.`);
}

export function notElasticError(name: string): FastServeError {
  return new FastServeError('FS_RELOAD', `the number of workers of "${name.slice(0, 64)}" follows nothing: pools.${name.slice(0, 64)}.workers has no min and max. Name a number.`);
}

export function noWorkersError(): FastServeError {
  return new FastServeError('FS_RELOAD', 'there are no worker threads to have more or less of: the application runs in the main thread, or there is none.');
}

export function noApplicationError(): FastServeError {
  return new FastServeError('FS_RELOAD', 'there is no application to load again; files are served as they are on disk.');
}

export function inlineError(): FastServeError {
  const why = 'the application runs in the main thread (workers: 0), which keeps the modules that it has loaded';
  return new FastServeError('FS_RELOAD', `${why}. Give it at least 1 worker, or restart the server.`);
}
