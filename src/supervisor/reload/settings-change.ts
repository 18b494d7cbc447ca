/** What a running server makes of other settings: which it takes over, which wait for its restart, what it keeps of its own. Main thread. */
import type { Upstream } from '../../config/types/proxy.ts';
import type { PoolSettings } from '../../config/types/pools.ts';
import type { Application, Settings } from '../../config/types.ts';

/** What a reload replaces: the front's snapshot, the listeners, the application's code. Everything else is built in at the start. */
const LIVE = new Set<keyof Settings>(['listen', 'app', 'mounts', 'hosts', 'trustProxy', 'hsts', 'errorPages', 'limits', 'gate', 'head', 'timeouts', 'shutdown', 'reload', 'acceptWhileLoading']);

export interface SettingsChange {
  /** What the server can run on now. */
  readonly settings: Settings;
  /** Keys of the configuration that keep their values until a restart. */
  readonly restart: readonly string[];
}

/** What an operator may have changed since the start (TTIN, `ctl scale`): a configuration that says what it said then has not changed. */
const SCALED = new Set<keyof Settings>(['workers', 'pools']);

/** What becomes of the running settings when those are wanted. `started`: what the server was started with. */
export function takeOver(running: Settings, wanted: Settings, started: Settings): SettingsChange {
  const settings: Record<string, unknown> = { ...running };
  const restart: string[] = [];
  for (const key of Object.keys(wanted) as (keyof Settings)[]) {
    if (LIVE.has(key) || (key === 'upstreams' && differInServers(running, wanted))) settings[key] = wanted[key];
    else if (key !== 'log' && differs(key, running, wanted) && !(SCALED.has(key) && !differs(key, started, wanted))) restart.push(key);
  }
  if (!isReplaceable(running.app, wanted.app)) {
    settings['app'] = running.app;
    restart.push('app');
  }
  if (JSON.stringify(running.log.access) !== JSON.stringify(wanted.log.access)) restart.push('log.access');
  if (running.log.app !== wanted.log.app) restart.push('log.app');
  settings['log'] = { ...running.log, level: wanted.log.level };
  return { settings: settings as unknown as Settings, restart };
}

/** Servers are replaced while they serve, the rest of an upstream is not: nor the Host that a rule takes from the first server. */
function differInServers(running: Settings, wanted: Settings): boolean {
  const namesServer = wanted.proxy.some(({ sendHost }) => sendHost === 'upstream');
  const rest = ({ servers: _, authority, ...upstream }: Upstream) => JSON.stringify({ ...upstream, authority: namesServer ? authority : '' });
  return running.upstreams.map(rest).join() === wanted.upstreams.map(rest).join();
}

/** The number of workers of an elastic pool is the server's own business. */
function differs(key: keyof Settings, running: Settings, wanted: Settings): boolean {
  if (key === 'workers' && running.pools[0]?.elastic && wanted.pools[0]?.elastic) return false;
  const [before, after] = key === 'pools' ? [fixed(running.pools), fixed(wanted.pools)] : [running[key], wanted[key]];
  return JSON.stringify(before) !== JSON.stringify(after);
}

function fixed(pools: readonly PoolSettings[]): PoolSettings[] {
  return pools.map((pool) => (pool.elastic === null ? pool : { ...pool, workers: 0 }));
}

/** Modules are loaded again by new workers; nothing else can change its kind or its place. */
function isReplaceable(running: Application | null, wanted: Application | null): boolean {
  if (running === null || wanted === null) return running === wanted;
  if (running.kind === 'inline' || wanted.kind === 'inline') return running.kind === wanted.kind && 'value' in running && 'value' in wanted && running.value === wanted.value;
  return true;
}

/** The settings with what the pools have come to have. */
export function withWorkers(settings: Settings, workers: readonly number[]): Settings {
  const pools = settings.pools.map((pool, index) => ({ ...pool, workers: workers[index] ?? pool.workers }));
  return { ...settings, workers: pools[0]?.workers ?? 0, pools };
}
