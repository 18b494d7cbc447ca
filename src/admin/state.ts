/** What the admin page asks for once a second, as plain data. Main thread. */
import { readPhases } from '../gateway/queue/phases.ts';
import type { NativeMetrics, NativeTrace } from '../native/binding.ts';
import type { AdminSource } from './source.ts';

/** The page shows the busiest ones; so many are sent. */
const MAX_SERIES = 40;

/** `after`: the last trace that the page has. */
export async function adminState(source: AdminSource, after: number): Promise<object> {
  const running = await source.running();
  const { workers, ...stats } = source.stats();
  const { rss } = process.memoryUsage();
  return {
    now: Date.now(),
    startedAt: source.startedAt,
    generation: source.generation,
    pid: process.pid,
    rss,
    stats,
    workers: workers.map((worker, slot) => ({ slot, ...worker })).filter(({ generation }) => generation > 0),
    metrics: sparse(source.metrics()),
    running,
    upstreams: source.upstreams(),
    traces: source.traces(after).map(shownTrace),
  };
}

/** Buckets that counted something, as [index, count]. */
function sparse({ bounds, series, queueWait }: NativeMetrics): object {
  const pairs = (buckets: number[]) => buckets.flatMap((count, index) => (count > 0 ? [[index, count]] : []));
  const total = (counts: number[]) => counts.reduce((sum, count) => sum + count, 0);
  const busiest = series.toSorted((a, b) => total(b.byClass) - total(a.byClass)).slice(0, MAX_SERIES);
  return {
    bounds,
    series: busiest.map(({ buckets, ...rest }) => ({ ...rest, buckets: pairs(buckets) })),
    queueWait: pairs(queueWait.buckets),
  };
}

function shownTrace({ phases, arrived, ...trace }: NativeTrace): object {
  return { ...trace, ...readPhases(phases, arrived) };
}
