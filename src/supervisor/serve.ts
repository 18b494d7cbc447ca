/** The library's way to start a server. */
import { LIBRARY_DEFAULTS, resolveConfig } from '../config/resolve.ts';
import type { Config, Settings } from '../config/types.ts';
import { addonRuntime } from './runtime.ts';
import { type FastServer, startServer } from './server.ts';

/**
 * Starts a server in this process; several may run. Relative paths start at the working directory; the environment is not
 * read. Default address: a free port of 127.0.0.1.
 * Rejects with ConfigError, or FastServeError FS_BUNDLE, FS_LISTEN, FS_SYSTEM, FS_APP, FS_ADDON; nothing is left running then.
 */
export async function serve(config: Config): Promise<FastServer> {
  const resolve = (given: Config, source: string): Promise<Settings> => resolveConfig({ config: given, directory: process.cwd(), source, defaults: LIBRARY_DEFAULTS });
  return startServer(await resolve(config, 'serve()'), addonRuntime(), (next) => (next === undefined ? null : resolve(next, 'reload()')));
}
