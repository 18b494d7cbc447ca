/** Workers in the exposition format of Prometheus. Main thread. */
import type { WorkerStats } from '../gateway/server-stats.ts';

/** Values below 0 are not known, and left out. */
type Metric = [name: string, kind: 'counter' | 'gauge', help: string, value: (worker: WorkerStats) => number];

const METRICS: readonly Metric[] = [
  ['worker_up', 'gauge', 'Whether a worker is in this slot.', (worker) => (worker.state === 'attached' ? 1 : 0)],
  ['worker_in_flight', 'gauge', 'Requests inside the worker of this slot.', (worker) => worker.inFlight],
  ['worker_answered_total', 'counter', 'Requests that workers of this slot have answered.', (worker) => worker.answered],
  ['worker_starts_total', 'counter', 'Workers that were started in this slot; all but the first are restarts or reloads.', (worker) => worker.starts],
  ['worker_cpu_seconds', 'gauge', 'CPU time of the worker that is in this slot: its rate is how busy it is.', (worker) => worker.cpuMs / 1000],
  ['worker_loop_lag_seconds', 'gauge', 'How late the event loop of the worker came to its last timer, or how long it is overdue for the next.', (worker) => worker.loopLagMs / 1000],
  ['worker_heap_used_bytes', 'gauge', 'JavaScript heap of the worker.', (worker) => worker.heapBytes],
  ['worker_heap_limit_bytes', 'gauge', 'What its heap may become.', (worker) => worker.heapLimit],
  ['worker_external_bytes', 'gauge', 'What the worker holds outside its heap.', (worker) => worker.externalBytes],
];

/** Lines of the page, for the slots that have had a worker. */
export function workerMetrics(workers: readonly WorkerStats[]): string[] {
  const used = workers.map((worker, slot) => ({ worker, slot })).filter(({ worker }) => worker.generation > 0);
  return METRICS.flatMap(([name, kind, help, value]) => [
    `# HELP fastserve_${name} ${help}`,
    `# TYPE fastserve_${name} ${kind}`,
    ...used.filter(({ worker }) => value(worker) >= 0).map(({ worker, slot }) => `fastserve_${name}{slot="${slot}"} ${value(worker)}`),
  ]);
}
