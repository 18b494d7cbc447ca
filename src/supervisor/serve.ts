/**
 * The library's way to start a server.
 *
 * DESIGN: what a server is made of is loaded when one is started. Applications import the package for their URLconf, and each
 * worker would load all of that with it: a third of the time in which it gets ready.
 */
import type { Config } from '../config/types.ts';
import type { FastServer } from './server.ts';

/**
 * Starts a server in this process; several may run. Relative paths start at the working directory; the environment is not
 * read. Default address: a free port of 127.0.0.1.
 * Rejects with ConfigError, or FastServeError FS_BUNDLE, FS_LISTEN, FS_SYSTEM, FS_APP, FS_ADDON; nothing is left running then.
 *
 * @example
 * ```ts
 * const server = await serve({ app: './app.ts', listen: 8080 });
 * console.log(server.url); // http://127.0.0.1:8080
 * await server.close({ grace: '2s' });
 * ```
 */
export async function serve(config: Config): Promise<FastServer> {
  const { startFromLibrary } = await import('./library-start.ts');
  return startFromLibrary(config);
}
