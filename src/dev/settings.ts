/** What a development server does otherwise than `fastserve start`. */
import type { Defaults } from '../config/resolve.ts';
import type { AccessLogSettings, Settings } from '../config/types.ts';
import { ConfigError } from '../errors.ts';

/** Reached from this machine only: the overlay shows source code. */
export const DEV_DEFAULTS: Defaults = { host: '127.0.0.1', port: 8080, access: 'text' };

/** Browsers reload by themselves: nobody needs the old code for long. */
const DRAIN_MS = 2000;

/**
 * One worker, stacks in answers, files as they are on disk under their own names and asked for each time. `colours`: the
 * access log is for a terminal. Throws ConfigError for an application that is not a module.
 */
export function devSettings(settings: Settings, colours: boolean): Settings {
  const { app, log, timeouts } = settings;
  if (app?.kind === 'inline') {
    throw new ConfigError('fastserve dev', [{ path: 'app', text: 'is an object, which cannot be loaded again when its code changes. Set "app" to the path of its module.' }]);
  }
  return {
    ...settings,
    workers: app === null ? 0 : 1,
    pools: settings.pools.map((pool) => ({ ...pool, workers: 1, elastic: null })),
    debug: true,
    // The start decides what the first visitor gets: the application, or the overlay.
    acceptWhileLoading: false,
    mounts: settings.mounts.map((mount) => ({ ...mount, cacheControl: 'no-cache', cacheRules: [], manifest: null })),
    timeouts: { ...timeouts, drain: Math.min(timeouts.drain, DRAIN_MS) },
    log: { ...log, access: colours ? log.access.map(forTerminal) : log.access },
  };
}

/** What would be text on the terminal is there to be watched. */
function forTerminal(log: AccessLogSettings): AccessLogSettings {
  return log.form === 'text' && log.path === '' && log.own === '' ? { ...log, form: 'terminal' } : log;
}
