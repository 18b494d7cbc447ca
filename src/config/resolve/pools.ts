/** How many workers there are, and in which pools. */
import { availableParallelism } from 'node:os';
import type { ConfigProblem } from '../../errors.ts';
import type { ContainerLimits } from './container-limits.ts';
import type { Application } from '../types/operations.ts';
import type { Overrides } from './overrides.ts';
import { DEFAULT_POOL, type PoolSettings } from '../types/pools.ts';
import type { CheckedConfig } from '../schema.ts';
import type { CheckedElastic, CheckedPool } from '../schema/pools.ts';

/** As Settings has them. */
export interface Workers {
  readonly workers: number;
  readonly pools: readonly PoolSettings[];
  readonly workerHeap: number;
}

type Checked = Pick<CheckedConfig, 'workers' | 'pools'>;

/** The command line's number of workers is that of the pool "default". */
export function resolveWorkers(checked: Checked, app: Application | null, overrides: Overrides, ioThreads: number, problems: ConfigProblem[], container: ContainerLimits): Workers {
  const own = checked.pools[DEFAULT_POOL]?.workers;
  if (own !== undefined && checked.workers !== undefined) {
    problems.push({ path: 'workers', text: `is the same as pools.${DEFAULT_POOL}.workers, and both are given. Remove one of the two.` });
  }
  const { name, value: wanted } = overrides.workers ?? { name: 'workers', value: own ?? checked.workers };
  const auto = Math.max(1, Math.min(availableParallelism(), container.processors ?? Number.POSITIVE_INFINITY) - ioThreads);
  const workers = app === null || app.kind === 'inline' ? 0 : typeof wanted === 'object' ? wanted.min : typeof wanted === 'number' ? wanted : auto;
  if (app?.kind === 'inline' && typeof wanted === 'number' && wanted > 0) {
    const text = `got ${wanted}, but the application is an object of this thread, which workers cannot get. Set "app" to the path of its module, or workers to 0.`;
    problems.push({ path: name, text });
  }
  if (workers > 0) {
    const pools = poolsOf(wanted ?? auto, auto, checked.pools);
    checkElastic(pools, problems);
    return { workers, pools, workerHeap: heapOf(pools, container) };
  }
  if (Object.keys(checked.pools).length > 0) problems.push({ path: 'pools', text: `are of worker threads, and there are none. ${whyNone(app, name)}` });
  return { workers, pools: [], workerHeap: 0 };
}

/** Of the memory that a container may have: the rest is for the main thread, rings, caches and what lies outside of heaps. */
const SHARE_OF_HEAPS = 0.75;
const LEAST_HEAP_BYTES = 67_108_864;

/** V8 gives each worker a heap as if it were alone: together they would pass the container's limit, which ends the process. */
function heapOf(pools: readonly PoolSettings[], { memoryBytes }: ContainerLimits): number {
  if (memoryBytes === undefined) return 0;
  const threads = pools.reduce((sum, { workers, elastic }) => sum + Math.max(workers, elastic?.max ?? 0), 0);
  return Math.max(LEAST_HEAP_BYTES, Math.floor((memoryBytes * SHARE_OF_HEAPS) / (threads + 1)));
}

/** `workers`: of the default pool. `auto`: what that means here. */
function poolsOf(workers: Threads, auto: number, named: Checked['pools']): PoolSettings[] {
  const others = Object.entries(named).filter(([name]) => name !== DEFAULT_POOL);
  const first = poolOf(DEFAULT_POOL, workers, named[DEFAULT_POOL], auto);
  return [first, ...others.map(([name, pool]) => poolOf(name, pool.workers ?? 1, pool, auto))];
}

type Threads = number | 'auto' | CheckedElastic;

function poolOf(name: string, workers: Threads, pool: CheckedPool | undefined, auto: number): PoolSettings {
  const { length = null, maxWait = null, order = 'fifo', fair = '' } = pool?.queue ?? {};
  const elastic = typeof workers === 'object' ? { ...workers, max: workers.max ?? Math.max(workers.min, auto) } : null;
  const threads = typeof workers === 'object' ? workers.min : workers === 'auto' ? auto : workers;
  return { name, workers: threads, elastic, queue: { length, maxWait, order, fair } };
}

function checkElastic(pools: readonly PoolSettings[], problems: ConfigProblem[]): void {
  for (const { name, elastic } of pools) {
    if (elastic === null || elastic.max >= elastic.min) continue;
    problems.push({ path: `pools.${name}.workers.max`, text: `got ${elastic.max}, less than min (${elastic.min}). Raise it, or lower min.` });
  }
}

function whyNone(app: Application | null, name: string): string {
  if (app === null) return 'Set "app" to the path of a module, or remove them.';
  return app.kind === 'inline' ? 'Set "app" to the path of its module, or remove them.' : `Set ${name} to 1 or more, or remove them.`;
}
