/** How many workers there are, and in which pools. */
import { availableParallelism } from 'node:os';
import type { ConfigProblem } from '../errors.ts';
import type { Application } from './operation-types.ts';
import type { Overrides } from './overrides.ts';
import { DEFAULT_POOL, type PoolSettings } from './pool-types.ts';
import type { CheckedConfig } from './schema.ts';

/** As Settings has them. */
export interface Workers {
  readonly workers: number;
  readonly pools: readonly PoolSettings[];
}

type Checked = Pick<CheckedConfig, 'workers' | 'pools'>;

/** The command line's number of workers is that of the pool "default". */
export function resolveWorkers(checked: Checked, app: Application | null, overrides: Overrides, ioThreads: number, problems: ConfigProblem[]): Workers {
  const own = checked.pools[DEFAULT_POOL]?.workers;
  if (own !== undefined && checked.workers !== undefined) {
    problems.push({ path: 'workers', text: `is the same as pools.${DEFAULT_POOL}.workers, and both are given. Remove one of the two.` });
  }
  const { name, value: wanted } = overrides.workers ?? { name: 'workers', value: own ?? checked.workers };
  const auto = Math.max(1, availableParallelism() - ioThreads);
  const workers = app === null || app.kind === 'inline' ? 0 : typeof wanted === 'number' ? wanted : auto;
  if (app?.kind === 'inline' && typeof wanted === 'number' && wanted > 0) {
    const text = `got ${wanted}, but the application is an object of this thread, which workers cannot get. Set "app" to the path of its module, or workers to 0.`;
    problems.push({ path: name, text });
  }
  if (workers > 0) return { workers, pools: poolsOf(workers, auto, checked.pools) };
  if (Object.keys(checked.pools).length > 0) problems.push({ path: 'pools', text: `are of worker threads, and there are none. ${whyNone(app, name)}` });
  return { workers, pools: [] };
}

function poolsOf(workers: number, auto: number, named: Checked['pools']): PoolSettings[] {
  const others = Object.entries(named).filter(([name]) => name !== DEFAULT_POOL);
  return [{ name: DEFAULT_POOL, workers }, ...others.map(([name, pool]) => ({ name, workers: pool.workers === 'auto' ? auto : (pool.workers ?? 1) }))];
}

function whyNone(app: Application | null, name: string): string {
  if (app === null) return 'Set "app" to the path of a module, or remove them.';
  return app.kind === 'inline' ? 'Set "app" to the path of its module, or remove them.' : `Set ${name} to 1 or more, or remove them.`;
}
