/** What serve() does. Main thread. */
import { LIBRARY_DEFAULTS, resolveConfig } from '../config/resolve.ts';
import type { Config, Settings } from '../config/types.ts';
import { ConfigError } from '../errors.ts';
import { addonRuntime } from './runtime.ts';
import type { FastServer } from './server.ts';
import { startServer } from './start-server.ts';

/** As serve() of serve.ts. */
export async function startFromLibrary(config: Config): Promise<FastServer> {
  const resolve = (given: Config, source: string): Promise<Settings> => resolveConfig({ config: given, directory: process.cwd(), source, defaults: LIBRARY_DEFAULTS });
  refuseProcessKeys(config);
  return startServer(await resolve(config, 'serve()'), addonRuntime(), (next) => (next === undefined ? null : resolve(next, 'reload()')));
}

/** They are about a process, and this one is the caller's. */
function refuseProcessKeys(config: Config): void {
  const given = (['control', 'pidFile', 'user', 'group'] as const).filter((key) => config[key] !== undefined);
  if (given.length === 0) return;
  const text = 'is for the process of fastserve start, and this one is yours. Remove it here.';
  throw new ConfigError('serve()', given.map((path) => ({ path, text })));
}
