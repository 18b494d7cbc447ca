/** Pools of workers in the exposition format of Prometheus. Main thread. */
import type { NativePoolStats } from '../native/binding.ts';

type Metric = [name: string, kind: 'counter' | 'gauge', help: string, value: (pool: NativePoolStats) => number];

const METRICS: readonly Metric[] = [
  ['pool_workers', 'gauge', 'Workers of the pool that are there.', (pool) => pool.workers],
  ['pool_busy_workers', 'gauge', 'Those of them that have requests.', (pool) => pool.busy],
  ['pool_queue_depth', 'gauge', 'Requests that wait for a worker of the pool.', (pool) => pool.waiting],
  ['pool_oldest_wait_seconds', 'gauge', 'How long the oldest of them has waited.', (pool) => pool.oldestWait / 1000],
  ['pool_waited_total', 'counter', 'Requests that a worker of the pool got from the line.', (pool) => pool.waited],
  ['pool_wait_seconds_total', 'counter', 'How long they had waited there.', (pool) => pool.waitedMs / 1000],
  ['pool_rejected_total', 'counter', 'Requests refused with 503: the line was full, or the wait too long.', (pool) => pool.rejected],
];

/** Lines of the page. */
export function poolMetrics(pools: readonly NativePoolStats[]): string[] {
  return METRICS.flatMap(([name, kind, help, value]) => [
    `# HELP fastserve_${name} ${help}`,
    `# TYPE fastserve_${name} ${kind}`,
    ...pools.map((pool) => `fastserve_${name}{pool="${pool.name}"} ${value(pool)}`),
  ]);
}
