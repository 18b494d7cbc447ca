/**
 * Counters as text in the exposition format of Prometheus (version 0.0.4). Made when it is asked for, from numbers that the I/O
 * threads count anyway: a scrape costs them nothing. Main thread.
 */
import type { NativeLatency, NativeMetrics, NativeStats } from '../native/binding.ts';
import { poolMetrics } from './pool-metrics.ts';
import { upstreamLines } from './prometheus-upstreams.ts';
import type { AdminSource } from './source.ts';
import { workerMetrics } from './worker-metrics.ts';

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Every fourth bound is a whole doubling: enough for histogram_quantile, a quarter of the text. */
const BOUNDS_STEP = 4;

type Kind = 'counter' | 'gauge' | 'histogram';

const COUNTERS: [name: string, kind: Kind, help: string, value: (stats: NativeStats) => number][] = [
  ['connections_accepted_total', 'counter', 'Connections taken from the backlog.', (stats) => stats.connectionsAccepted],
  ['connections_open', 'gauge', 'Connections that are open.', (stats) => stats.connectionsOpen],
  ['requests_total', 'counter', 'Requests, broken ones included.', (stats) => stats.requests],
  ['requests_to_workers_total', 'counter', 'Requests handed to workers.', (stats) => stats.requestsToWorkers],
  ['queue_depth', 'gauge', 'Requests that wait for a worker.', (stats) => stats.queued],
  ['in_flight', 'gauge', 'Requests inside workers.', (stats) => stats.inFlight],
  ['redispatched_total', 'counter', 'Requests of a dead worker that another one got.', (stats) => stats.redispatched],
  ['queue_rejected_total', 'counter', 'Requests refused with 503: the queue was full, or the wait too long.', (stats) => stats.rejectedQueueFull],
  ['timed_out_total', 'counter', 'Requests answered with 504.', (stats) => stats.timedOut],
  ['deadlines_passed_total', 'counter', 'Requests answered with 504 because the time was over that their clients had given.', (stats) => stats.deadlinesPassed],
  ['cache_hits_total', 'counter', 'Requests answered with what was stored and fresh.', (stats) => stats.cacheHits],
  ['cache_stale_total', 'counter', 'Requests answered with what was stored and stale.', (stats) => stats.cacheStale],
  ['cache_coded_total', 'counter', 'Requests answered with a stored form that was compressed once.', (stats) => stats.cacheCoded],
  ['cache_misses_total', 'counter', 'Requests of stored locations for which somebody was asked.', (stats) => stats.cacheMisses],
  ['cache_waits_total', 'counter', 'Requests that waited for the answer to another one.', (stats) => stats.cacheWaits],
  ['early_hints_total', 'counter', 'Requests that were sent learnt early hints.', (stats) => stats.hintsSent],
  ['file_waits_total', 'counter', 'Requests, and answers with files, that waited for a disk.', (stats) => stats.fileWaits],
  ['file_refusals_total', 'counter', 'Requests refused because too much waited for a disk, or too long.', (stats) => stats.fileRefusals],
  ['cache_stored_total', 'counter', 'Answers that were stored.', (stats) => stats.cacheStored],
  ['cache_forms_total', 'counter', 'Compressed forms of stored answers that were kept.', (stats) => stats.cacheForms],
  ['fragment_hits_total', 'counter', 'Fragments of templates that were kept when a page asked for them.', (stats) => stats.fragmentHits],
  ['fragment_misses_total', 'counter', 'Fragments of templates that a page asked for and had to make.', (stats) => stats.fragmentMisses],
  ['cache_evictions_total', 'counter', 'Stored answers that others drove out.', (stats) => stats.cacheEvictions],
  ['cache_bytes', 'gauge', 'Memory of the stored answers.', (stats) => stats.cacheBytes],
  ['parse_errors_total', 'counter', 'Requests that could not be read.', (stats) => stats.parseErrors],
  ['accept_pauses_total', 'counter', 'Times that accepting rested for want of descriptors or memory, or at the limit of connections.', (stats) => stats.acceptPauses],
  ['io_turns_total', 'counter', 'Turns of the I/O threads.', (stats) => stats.ioTurns],
  ['log_lines_dropped_total', 'counter', 'Lines of the access log that were lost.', (stats) => stats.logLinesDropped],
  ['tls_handshakes_total', 'counter', 'Completed handshakes.', (stats) => stats.tlsHandshakes],
  ['tls_resumed_total', 'counter', 'Handshakes resumed with a ticket.', (stats) => stats.tlsResumed],
  ['tls_failures_total', 'counter', 'Connections that ended for a fault in TLS.', (stats) => stats.tlsFailures],
];

/** The whole page. */
export function prometheusText(source: AdminSource): string {
  const stats = source.stats();
  const lines: string[] = [];
  for (const [name, kind, help, value] of COUNTERS) {
    head(lines, name, kind, help);
    lines.push(`fastserve_${name} ${value(stats)}`);
  }
  lines.push(...poolMetrics(stats.pools));
  lines.push(...workerMetrics(stats.workers));
  requests(lines, source.metrics());
  lines.push(...upstreamLines(source, escaped));
  hostProcess(lines, source);
  return `${lines.join('\n')}\n`;
}

function head(lines: string[], name: string, kind: Kind, help: string): void {
  lines.push(`# HELP fastserve_${name} ${help}`, `# TYPE fastserve_${name} ${kind}`);
}

function requests(lines: string[], metrics: NativeMetrics): void {
  head(lines, 'responses_total', 'counter', 'Answers by lane or route, and class of their status.');
  for (const { name, isRoute, byClass } of metrics.series) {
    byClass.forEach((count, index) => {
      if (count > 0) lines.push(`fastserve_responses_total{${labels(name, isRoute)},code="${index === 0 ? 'none' : `${index}xx`}"} ${count}`);
    });
  }
  head(lines, 'request_duration_seconds', 'histogram', 'From reading a request to handing its answer to the kernel.');
  for (const series of metrics.series) histogram(lines, 'request_duration_seconds', labels(series.name, series.isRoute), series, metrics.bounds);
  head(lines, 'queue_wait_seconds', 'histogram', 'From the arrival of requests to their hand-over to a worker.');
  histogram(lines, 'queue_wait_seconds', '', metrics.queueWait, metrics.bounds);
}

function labels(name: string, isRoute: boolean): string {
  if (!isRoute) return `lane="${name}",route=""`;
  return `lane="view",route="${escaped(`/${name}`)}"`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function histogram(lines: string[], name: string, label: string, { buckets, sum }: NativeLatency, bounds: number[]): void {
  const before = label === '' ? '' : `${label},`;
  const shown = label === '' ? '' : `{${label}}`;
  let count = 0;
  buckets.forEach((inBucket, index) => {
    count += inBucket;
    const isShown = index % BOUNDS_STEP === BOUNDS_STEP - 1 && index < buckets.length - 1;
    if (isShown) lines.push(`fastserve_${name}_bucket{${before}le="${(bounds[index] as number) / 1e9}"} ${count}`);
  });
  lines.push(`fastserve_${name}_bucket{${before}le="+Inf"} ${count}`, `fastserve_${name}_sum${shown} ${sum / 1e9}`, `fastserve_${name}_count${shown} ${count}`);
}

function hostProcess(lines: string[], source: AdminSource): void {
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const gauges: [name: string, kind: Kind, help: string, value: number][] = [
    ['generation', 'gauge', 'Of the code that gets new requests.', source.generation],
    ['start_time_seconds', 'gauge', 'When the server started, since 1970.', source.startedAt / 1000],
    ['process_resident_memory_bytes', 'gauge', 'Memory of the process.', rss],
    ['process_cpu_seconds_total', 'counter', 'CPU time of the process.', (user + system) / 1e6],
    ['main_heap_used_bytes', 'gauge', 'JavaScript heap of the main thread.', heapUsed],
    ['main_external_bytes', 'gauge', 'Memory outside the heap of the main thread, the rings included.', external],
    ['main_loop_utilization', 'gauge', 'Share of its time that the main thread was busy, since the start.', performance.eventLoopUtilization().utilization],
  ];
  for (const [name, kind, help, value] of gauges) {
    head(lines, name, kind, help);
    lines.push(`fastserve_${name} ${value}`);
  }
}
