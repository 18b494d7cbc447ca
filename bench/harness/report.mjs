/** RESULTS.md from the data of a run: `node harness/report.mjs` renders results/latest.json anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { countsOf, judge } from '../goals.mjs';
import { ratioOf, summarise } from './statistics.mjs';

/** The whole page. */
export function renderReport(report) {
  const sections = Object.values(report.workloads).map((workload) => renderWorkload(workload, report.titles));
  return [
    '# Benchmark results',
    'Rendered from [results/latest.json](results/latest.json) by `npm run bench`; how it is measured: [README.md](README.md).',
    renderMachine(report),
    '## Goals',
    renderGoals(report),
    ...sections,
  ].join('\n\n').concat('\n');
}

/** The goals with what was measured and the verdict. */
export function renderGoals(report) {
  const rows = judge(report.workloads).map(({ goal, measured, floor, verdict }) => [
    goal.text,
    measured === null ? '–' : withUnit(measured.value, goal.unit),
    measured === null || measured.min === null ? '–' : `${number(measured.min)} – ${number(measured.max)}`,
    floor === null ? '–' : withUnit(floor.value, goal.unit),
    verdict === 'missed' || verdict === 'failed' ? `**${verdict}**` : verdict,
  ]);
  return table(['goal', 'measured', 'spread over rounds', 'floor', 'verdict'], rows);
}

function renderMachine({ date, minutes, options, machine, skipped, titles }) {
  const lines = [
    `${date.slice(0, 16).replace('T', ' ')} UTC, ${minutes} minutes, ${options.rounds} rounds of ${options.seconds} s${options.quick ? ' (--quick: a look, not a measurement)' : ''}.`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, kernel ${machine.kernel}. Node ${machine.node}, uWebSockets.js ${machine.uws}, Fastify ${machine.fastify}, NGINX ${machine.nginx}, wrk ${machine.wrk}. fastserve at ${machine.commit}.`,
    ...Object.entries(skipped).map(([name, reason]) => `Skipped: ${titles[name]}: ${reason}.`),
  ];
  return lines.join('\n\n');
}

const TABLES = { rate: rateTable, idle: memoryTable, inflight: memoryTable, isolation: isolationTable, kills: killsTable, handshakes: rateTable, siege: siegeTable, mixed: mixedTable, reloads: reloadsTable, startup: startupTable, swaps: swapsTable, burst: burstTable, 'upstream-idle': memoryTable };

/** One workload: its table and what failed. */
export function renderWorkload({ title, kind, results }, titles) {
  const failures = Object.entries(results).flatMap(([name, result]) => failuresOf(titles[name], result));
  return [`## ${title}`, TABLES[kind](results, titles), ...failures].join('\n\n');
}

function failuresOf(title, result) {
  const said = [result.failure, ...result.samples.map((sample) => sample.failure)].filter((failure) => failure !== undefined);
  return [...new Set(said)].map((failure) => `- ${title}, failed ${said.filter((other) => other === failure).length} ×: ${failure}`);
}

function rateTable(results, titles) {
  const own = cpuOf(results.fastserve);
  const rows = Object.entries(results).map(([name, result]) => {
    const of = (metric) => summarise(result.samples.map((sample) => sample[metric]));
    const ratio = own === null || name === 'fastserve' ? null : ratioOf(own, cpuOf(result));
    const cpu = of('cpuUs');
    return [
      titles[name], median(cpu), range(cpu), ratio === null ? '–' : `${number(ratio.value)} (${range(ratio)})`, threads(of),
      integer(of('perSecond')), median(of('p50Ms')), median(of('p99Ms')), median(of('wakes')), String(result.headBytes ?? '–'),
    ];
  });
  return table(['server', 'CPU µs/request', 'min – max', 'fastserve ÷ it (rounds)', 'I/O + worker µs', 'requests/s', 'p50 ms', 'p99 ms', 'wakes/request', 'head bytes'], rows);
}

function cpuOf(result) {
  return result === undefined ? null : result.samples.map((sample) => sample.cpuUs ?? null);
}

/** The split between threads, where there are I/O threads. */
function threads(of) {
  const io = of('ioUs');
  return io === null || io.median === 0 ? '–' : `${number(io.median)} + ${number(of('workerUs').median)}`;
}

function memoryTable(results, titles) {
  const rows = Object.entries(results).map(([name, result]) => {
    const of = (metric) => summarise(result.samples.map((sample) => sample[metric]));
    return [titles[name], median(of('kibEach')), range(of('kibEach')), median(of('errors')), mebibytes(of('baseKib'))];
  });
  return table(['server', 'KiB each', 'min – max', 'errors', 'memory before, MiB'], rows);
}

function isolationTable(results, titles) {
  const rows = Object.entries(results).map(([name, result]) => {
    const of = (phase, metric) => summarise(result.samples.map((sample) => (sample.failure === undefined ? (sample[phase]?.[metric] ?? (metric === 'perSecond' ? 0 : null)) : null)));
    return [titles[name], ...['idle', 'spinning'].flatMap((phase) => [integer(of(phase, 'perSecond')), median(of(phase, 'servingUs')), median(of(phase, 'p99Ms'))])];
  });
  return table(['server', 'idle: requests/s', 'serving µs', 'p99 ms', 'spinning: requests/s', 'serving µs', 'p99 ms'], rows);
}

function siegeTable(results, titles) {
  const rows = Object.entries(results).map(([name, result]) => {
    const of = (metric) => summarise(result.samples.map((sample) => sample[metric] ?? null));
    const seconds = (metric) => (of(metric) === null ? '–' : number(of(metric).median / 1000));
    return [
      titles[name], integer(of('connections')), median(of('p50Ms')), median(of('p99Ms')), median(of('worstMs')), integer(of('unanswered')),
      median(of('kibEach')), seconds('answeredMs'), seconds('endedMs'),
    ];
  });
  return table(['server', 'connections', 'others: p50 ms', 'p99 ms', 'worst ms', 'unanswered', 'KiB each', 'all answered after s', 'all ended after s'], rows);
}

function mixedTable(results, titles) {
  return metricsTable(results, titles, ['views/s alone', 'views/s', 'files: p50 ms', 'p99 ms', 'worst ms', 'unanswered'], (of) => [
    median(of('alonePerSecond')), median(of('perSecond')), median(of('p50Ms')), median(of('p99Ms')), median(of('worstMs')), integer(of('unanswered')),
  ]);
}

function reloadsTable(results, titles) {
  return metricsTable(results, titles, ['reloads', 'steady: p50 ms', 'p99 ms', 'reloading: p50 ms', 'p99 ms', 'unanswered'], (of) => [
    integer(of('reloads')), ...['steady', 'reloading'].flatMap((phase) => ['p50Ms', 'p99Ms'].map((metric) => median(of(phase, metric)))), integer(of('reloading', 'failed')),
  ]);
}

function startupTable(results, titles) {
  const metrics = ['baseMs', 'baseCpuMs', 'fileMs', 'fileCpuMs', 'pageMs', 'pageCpuMs'];
  return metricsTable(results, titles, ['node -e 0, ms', 'CPU ms', 'first file ms', 'CPU ms', 'first page ms', 'CPU ms'], (of) => metrics.map((metric) => median(of(metric))));
}

function swapsTable(results, titles) {
  return metricsTable(results, titles, ['saved to answered, ms', 'of it the reload, ms'], (of) => ['swapMs', 'reportedMs'].map((metric) => median(of(metric))));
}

function burstTable(results, titles) {
  return metricsTable(results, titles, ['requests', 'reached the upstream', 'not answered'], (of) => ['requests', 'reached', 'errors'].map((metric) => integer(of(metric))));
}

/** One row a server; `cells` gets what summarises a metric, or a metric of a phase. */
function metricsTable(results, titles, head, cells) {
  const rows = Object.entries(results).map(([name, { samples }]) => {
    const of = (first, second) => summarise(samples.map((sample) => (second === undefined ? sample[first] : sample[first]?.[second]) ?? null));
    return [titles[name], ...cells(of)];
  });
  return table(['server', ...head], rows);
}

function killsTable(results, titles) {
  const rows = Object.entries(results).flatMap(([name, result]) =>
    result.samples.filter((sample) => sample.failure === undefined).map((sample) => {
      return [titles[name], String(sample.kills), outcomes(countsOf(sample)), String(sample.stats?.redispatched ?? '–')];
    }),
  );
  return table(['server', 'kills', 'answers by status', 're-dispatched'], rows);
}

function outcomes(counts) {
  return Object.entries(counts).map(([outcome, count]) => `${outcome}: ${count.toLocaleString('en')}`).join(', ');
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

function number(value) {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

function withUnit(value, unit) {
  return unit === '' ? number(value) : `${number(value)} ${unit}`;
}

const median = (summary) => (summary === null ? '–' : number(summary.median));
const range = (summary) => (summary === null || summary.min === null ? '–' : `${number(summary.min)} – ${number(summary.max)}`);
const integer = (summary) => (summary === null ? '–' : Math.round(summary.median).toLocaleString('en'));
const mebibytes = (summary) => (summary === null ? '–' : number(summary.median / 1024));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = JSON.parse(readFileSync(new URL('../results/latest.json', import.meta.url), 'utf8'));
  writeFileSync(new URL('../RESULTS.md', import.meta.url), renderReport(report));
}
