/**
 * What fastserve is held to, as data. Each goal reads the results of one workload and says what was measured:
 *
 *   workload  whose results it reads
 *   text      the goal in words
 *   limit     the number that the measured value must not pass; null: shown beside the others, and not judged
 *   atLeast   true where the limit is a lower bound
 *   unit      '×' for ratios, 'µs', 'KiB', 'ms', 's', ''
 *   floor     as measure: the same ratio for a server that sends a constant (servers/floor.mjs); absent: the goal has none
 *   measure(results, resultsOf) → { value, min?, max? } or null when a server that it needs was not measured; resultsOf(workload):
 *             of another workload of the same run, {} where it did not run
 */
import { differenceOf, ratioOf, summarise } from './harness/statistics.mjs';

const OWN = 'fastserve';
const FLOOR = 'floor';

const ratioGoal = (workload, peer, limit, title, metric = 'cpuUs', engine = '') => ({
  workload,
  text: `${title} ≤ ${limit.toFixed(2)} × ${PEERS[peer]}${engine}`,
  limit,
  unit: '×',
  measure: (results) => ratioOf(column(results, OWN, metric), column(results, peer, metric)),
  floor: (results) => ratioOf(column(results, FLOOR, metric), column(results, peer, metric)),
});

/** A resumed handshake beside the peer's full one: what a client that comes back is spared. */
const resumedGoal = (peer, limit) => ({
  workload: 'tls-resumed',
  text: `TLS resumed handshakes, CPU ≤ ${limit.toFixed(2)} × full ones of ${PEERS[peer]}`,
  limit,
  unit: '×',
  measure: (results, resultsOf) => ratioOf(column(results, OWN, 'cpuUs'), column(resultsOf('tls-handshake'), peer, 'cpuUs')),
  floor: (results, resultsOf) => ratioOf(column(results, FLOOR, 'cpuUs'), column(resultsOf('tls-handshake'), peer, 'cpuUs')),
});

const PEERS = { 'fastserve-base': 'its base of comparison', uws: 'uWebSockets.js', 'node-http': 'node:http', fastify: 'Fastify', 'fastify-eta': 'Fastify + eta', express: 'Express on node:http', nginx: 'NGINX', h2o: 'h2o', haproxy: 'HAProxy', varnish: 'Varnish', django: 'NGINX + uWSGI + Django' };

/** Beside whichever of the peers that were measured needs least. */
const bestGoal = (workload, peers, limit, title) => ({
  workload,
  text: `${title} ≤ ${limit.toFixed(2)} × the best of ${peers.map((peer) => PEERS[peer]).join(', ')}`,
  limit,
  unit: '×',
  measure: (results) => {
    const ratios = peers.map((peer) => ratioOf(column(results, OWN, 'cpuUs'), column(results, peer, 'cpuUs')));
    return ratios.reduce((worst, ratio) => (worst === null || (ratio !== null && ratio.value > worst.value) ? ratio : worst), null);
  },
});

const ceilingGoal = (workload, limit, unit, text, metric, select = (sample) => sample[metric]) => ({
  workload,
  text,
  limit,
  unit,
  measure: (results) => spread(summarise(samples(results, OWN).map((sample) => (sample.failure === undefined ? select(sample) : null)))),
});

const queuePriceGoal = (workload, limit, text) => ({
  workload,
  text,
  limit,
  unit: 'µs',
  measure: (results) => differenceOf(column(results, OWN, 'cpuUs'), column(results, 'fastserve-direct', 'cpuUs')),
});

/** What other clients may notice of a siege. */
const siegeGoals = (workload, title) => [
  ceilingGoal(workload, 0, '', `${title}: 0 refused, 0 others unanswered`, 'failed', ({ failed, unanswered }) => failed + unanswered),
  ceilingGoal(workload, 100, 'ms', `${title}: p99 of others ≤ 100 ms`, 'p99Ms'),
  ceilingGoal(workload, 1000, 'ms', `${title}: no other waits > 1 s`, 'worstMs'),
];

/** Both in the same round: the machine's mood is that of both. */
const startGoal = (metric, limit, title) => ({
  workload: 'startup',
  text: `start: ${title} ≤ ${limit.toFixed(2)} × node -e 0`,
  limit,
  unit: '×',
  measure: (results) => ratioOf(column(results, OWN, metric), column(results, OWN, 'baseMs')),
});

export const GOALS = [
  ratioGoal('hello', 'uws', 1.05, 'hello through the queue, CPU'),
  ratioGoal('hello', 'node-http', 0.4, 'hello through the queue, CPU'),
  ratioGoal('hello', 'fastify', 0.45, 'hello through the queue, CPU'),
  ratioGoal('pipelined', 'uws', 0.75, 'hello pipelined 16, CPU'),
  ceilingGoal('pipelined', 0.35, 'µs', 'hello pipelined 16, worker thread ≤ 0.35 µs', 'workerUs'),
  ratioGoal('fields', 'uws', 1, '11 request fields, one read, CPU'),
  ratioGoal('fields', 'node-http', 0.25, '11 request fields, one read, CPU'),
  ratioGoal('json-middlewares', 'uws', 0.95, '3 async middlewares + JSON, CPU'),
  ratioGoal('json-middlewares', 'node-http', 0.35, '3 async middlewares + JSON, CPU'),
  queuePriceGoal('hello', 1, 'price of the queue ≤ 1.0 µs'),
  queuePriceGoal('pipelined', 0.1, 'price of the queue, pipelined 16 ≤ 0.10 µs'),
  ceilingGoal('hello', 0.4, '', 'wakes per request at 64 connections ≤ 0.40', 'wakes'),
  ratioGoal('latency-c1', 'node-http', 1.2, 'one connection, p50 latency (pinned)', 'p50Ms'),
  ratioGoal('latency-c1-unpinned', 'node-http', 1.2, 'one connection, p50 latency (not pinned)', 'p50Ms'),
  ratioGoal('body-256k', 'node-http', 0.95, '256 KiB from a plain Buffer, CPU'),
  ratioGoal('body-256k-owned', 'uws', 1, '256 KiB from memory that fastserve owns, CPU'),
  ratioGoal('static-1k', 'nginx', 0.75, 'static 1 KiB, CPU'),
  ceilingGoal('idle-5000', 0.75, 'KiB', '5,000 idle connections ≤ 0.75 KiB each', 'kibEach'),
  ceilingGoal('inflight-10000', 0, '', '10,000 requests in flight: 0 errors', 'errors'),
  ceilingGoal('inflight-10000', 4, 'KiB', '10,000 requests in flight ≤ 4 KiB each', 'kibEach'),
  ...siegeGoals('siege-slowloris', '10,000 slow heads'),
  ceilingGoal('siege-slowloris', 13, 's', '10,000 slow heads: all cut ≤ 13 s after the first connected', 'endedMs', ({ endedMs }) => endedMs / 1000),
  ...siegeGoals('siege-idle', '20,000 idle connections'),
  ceilingGoal('siege-idle', 4, 'KiB', '20,000 idle connections ≤ 4 KiB each', 'kibEach'),
  ...siegeGoals('siege-unread', '2,000 clients that never read'),
  ceilingGoal('siege-unread', 4, 'KiB', '2,000 clients that never read ≤ 4 KiB each', 'kibEach'),
  ceilingGoal('siege-unread', 35, 's', '2,000 clients that never read: all cut ≤ 35 s after the first connected', 'endedMs', ({ endedMs }) => endedMs / 1000),
  ...siegeGoals('siege-burst', '2,000 connections at once'),
  ceilingGoal('siege-burst', 2, 's', '2,000 connections at once: all answered ≤ 2 s', 'answeredMs', ({ answeredMs }) => answeredMs / 1000),
  {
    workload: 'isolation',
    text: 'all workers spinning: 1 KiB static keeps ≥ 0.90 × its idle rate per CPU',
    limit: 0.9,
    atLeast: true,
    unit: '×',
    measure: (results) => ratioOf(isolation(results, 'idle', 'servingUs'), isolation(results, 'spinning', 'servingUs')),
  },
  {
    workload: 'isolation',
    text: 'all workers spinning: 1 KiB static p99 ≤ 1.50 × idle',
    limit: 1.5,
    unit: '×',
    measure: (results) => ratioOf(isolation(results, 'spinning', 'p99Ms'), isolation(results, 'idle', 'p99Ms')),
  },
  ceilingGoal('worker-kills', 0, '', 'a worker killed every 60 ms: 0 client time-outs', 'timeouts', (sample) => total(sample, ['timeouts'])),
  ceilingGoal('worker-kills', 0, '', 'a worker killed every 60 ms: no failure but 500 or 502 for started requests', 'refused', (sample) =>
    total(sample, Object.keys(countsOf(sample)).filter((outcome) => !['200', '500', '502', 'timeouts'].includes(outcome))),
  ),
  ratioGoal('static-1k', 'nginx', 0.67, 'static 1 KiB, CPU'),
  ratioGoal('static-1k', 'h2o', 0.92, 'static 1 KiB, CPU'),
  ratioGoal('static-64k', 'nginx', 0.92, 'static 64 KiB, CPU'),
  ratioGoal('static-10m', 'nginx', 0.6, 'static 10 MiB, CPU'),
  ratioGoal('static-304', 'nginx', 0.75, 'static 304, CPU'),
  ratioGoal('static-range', 'nginx', 0.7, 'static range, CPU'),
  ratioGoal('tls-1k', 'nginx', 0.87, 'TLS, small file, CPU'),
  ratioGoal('tls-10m', 'nginx', 0.7, 'TLS, 10 MiB, CPU'),
  ratioGoal('tls-handshake', 'nginx', 0.8, 'TLS full handshakes, CPU'),
  resumedGoal('nginx', 0.35),
  {
    workload: 'tls-resumed',
    text: 'TLS resumed handshakes, CPU beside resumed ones of NGINX',
    limit: null,
    unit: '×',
    measure: (results) => ratioOf(column(results, OWN, 'cpuUs'), column(results, 'nginx', 'cpuUs')),
  },
  ratioGoal('full-page', 'uws', 0.3, 'full page, CPU', 'cpuUs', ' + eta'),
  ratioGoal('full-page', 'fastify', 0.17, 'full page, CPU', 'cpuUs', ' + nunjucks'),
  ratioGoal('full-page', 'django', 0.03, 'full page, CPU'),
  ratioGoal('json', 'fastserve-base', 1.05, 'JSON, CPU'),
  ratioGoal('post-64k', 'fastify', 0.25, 'POST of 64 KiB, CPU'),
  ratioGoal('post-64k', 'uws', 1.15, 'POST of 64 KiB, CPU'),
  ratioGoal('routes-200', 'fastserve-base', 1.05, 'one of 200 routes, CPU'),
  ratioGoal('routes-10000', 'fastserve-base', 1.05, 'one of 10,000 routes, CPU'),
  ratioGoal('routes-10000', 'uws', 1, 'one of 10,000 routes, CPU'),
  ratioGoal('express', 'express', 0.8, 'Express application, CPU'),
  ceilingGoal('idle-5000', 0.5, 'KiB', '5,000 idle plain connections ≤ 0.5 KiB each', 'kibEach'),
  ratioGoal('tls-idle', 'nginx', 1, 'idle TLS connections, memory', 'kibEach'),
  ceilingGoal('mixed', 2, 'ms', '1 KiB static beside a busy view: p99 ≤ 2 ms', 'p99Ms'),
  {
    workload: 'mixed',
    text: '1 KiB static beside a busy view: views/s ≥ 0.95 × node:http alone',
    limit: 0.95,
    atLeast: true,
    unit: '×',
    measure: (results) => ratioOf(column(results, OWN, 'perSecond'), column(results, 'node-http', 'alonePerSecond')),
  },
  {
    workload: 'access-log',
    text: 'access log on ≤ 1.05 × off, CPU',
    limit: 1.05,
    unit: '×',
    measure: (results) => ratioOf(column(results, 'fastserve-logged', 'cpuUs'), column(results, OWN, 'cpuUs')),
  },
  {
    workload: 'scraped',
    text: 'metrics scraped each 100 ms ≤ 1.05 × not scraped, CPU of the I/O thread',
    limit: 1.05,
    unit: '×',
    measure: (results) => ratioOf(column(results, 'fastserve-scraped', 'ioUs'), column(results, 'fastserve-metrics', 'ioUs')),
  },
  {
    workload: 'reload-load',
    text: 'reload under load: p99 ≤ 2.00 × steady',
    limit: 2,
    unit: '×',
    measure: (results) => ratioOf(phaseOf(results, 'reloading', 'p99Ms'), phaseOf(results, 'steady', 'p99Ms')),
  },
  ceilingGoal('reload-load', 0, '', 'reload under load: 0 unanswered', 'failed', (sample) => sample.reloading.failed),
  startGoal('fileMs', 1.2, 'first file'),
  {
    workload: 'startup',
    text: 'start: first file of bare node:http beside node -e 0',
    limit: null,
    unit: '×',
    measure: (results) => ratioOf(column(results, 'node-http', 'fileMs'), column(results, 'node-http', 'baseMs')),
  },
  startGoal('pageMs', 2, 'first page'),
  ceilingGoal('swap-small', 300, 'ms', 'fastserve dev: small application, saved to answered ≤ 300 ms', 'swapMs'),
  ceilingGoal('swap-atlas', 300, 'ms', 'fastserve dev: examples/atlas, saved to answered ≤ 300 ms', 'swapMs'),
  bestGoal('proxy', ['nginx', 'h2o', 'haproxy'], 0.82, 'proxy to two upstreams, CPU'),
  ...['1k', '64k'].flatMap((size) => [
    ratioGoal(`cache-hit-${size}`, 'fastserve-base', 1.05, `cache hit ${size}, CPU`, 'cpuUs', ' (own static file)'),
    ratioGoal(`cache-hit-${size}`, 'nginx', 0.55, `cache hit ${size}, CPU`, 'cpuUs', "'s cache hit"),
  ]),
  ratioGoal('cached-view', 'fastserve-base', 1.05, 'cached view, CPU', 'cpuUs', ' (own static file)'),
  ceilingGoal('miss-burst', 1, '', '1,000 parallel misses: 1 reaches the upstream', 'reached'),
  ceilingGoal('miss-burst', 0, '', '1,000 parallel misses: 0 not answered', 'errors'),
  ceilingGoal('upstream-idle', 4, 'KiB', '1,000 idle connections to an upstream ≤ 4 KiB each', 'kibEach'),
];

/** @returns {{ goal: object, measured: object | null, floor: object | null, verdict: 'met' | 'missed' | 'failed' | 'not measured' | 'not judged' }[]} for the goals of the workloads that ran */
export function judge(workloads) {
  const resultsOf = (workload) => workloads[workload]?.results ?? {};
  return GOALS.filter((goal) => workloads[goal.workload] !== undefined).map((goal) => {
    const { results } = workloads[goal.workload];
    const measured = goal.measure(results, resultsOf);
    return { goal, measured, floor: goal.floor?.(results, resultsOf) ?? null, verdict: hasFailed(results[OWN]) ? 'failed' : verdictOf(goal, measured) };
  });
}

/** Whether fastserve gave errors in the workload: then no figure of it counts. */
function hasFailed(result) {
  return result !== undefined && (result.failure !== undefined || result.samples.some((sample) => sample.failure !== undefined));
}

function verdictOf(goal, measured) {
  if (measured === null) return 'not measured';
  if (goal.limit === null) return 'not judged';
  const met = goal.atLeast === true ? measured.value >= goal.limit : measured.value <= goal.limit;
  return met ? 'met' : 'missed';
}

function samples(results, server) {
  return results[server]?.samples ?? [];
}

/** One value a round, null for failed runs. */
function column(results, server, metric) {
  return samples(results, server).map((sample) => sample[metric] ?? null);
}

function phaseOf(results, phase, metric) {
  return samples(results, OWN).map((sample) => sample[phase]?.[metric] ?? null);
}

/** As column; without bound where nothing was answered. */
function isolation(results, phase, metric) {
  return samples(results, OWN).map((sample) => sample[phase]?.[metric] ?? Infinity);
}

function spread(summary) {
  return summary === null ? null : { value: summary.median, min: summary.min, max: summary.max };
}

/** Outcomes of the worker-kills load over all paths: { '200': n, timeouts: n, ... } */
export function countsOf(sample) {
  const counts = {};
  for (const outcomes of Object.values(sample.byPath)) {
    for (const [outcome, count] of Object.entries(outcomes)) counts[outcome] = (counts[outcome] ?? 0) + count;
  }
  return counts;
}

function total(sample, outcomes) {
  const counts = countsOf(sample);
  return outcomes.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
}
