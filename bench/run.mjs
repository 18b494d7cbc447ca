/**
 * fastserve beside its peers: `npm run bench`. Prints what it does, then writes results/<date>.json, results/latest.json and
 * RESULTS.md. Exit code 0 when every run was clean (whatever the goals say), 1 when a server failed, 2 on a wrong command line.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FILE_10M, FILE_1K, FILE_64K } from './apps/content.mjs';
import { makeCertificate } from './harness/certificate.mjs';
import { describeMachine, missingTools } from './harness/machine.mjs';
import { USAGE, readOptions } from './harness/options.mjs';
import { renderGoals, renderReport, renderWorkload } from './harness/report.mjs';
import { loadServer } from './servers/index.mjs';
import { installPeers } from './setup.mjs';
import { FILES_CHANGED } from './workloads/static-304.mjs';
import { loadWorkload } from './workloads/index.mjs';

const BENCH = fileURLToPath(new URL('.', import.meta.url));

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(USAGE);
  if (options.error !== undefined) return fail(2, `${options.error}\n\n${USAGE}`);
  const missing = missingTools();
  if (missing !== null) return fail(1, missing);
  installPeers();

  const { available, skipped } = await chooseServers(options.servers);
  const root = writeFiles();
  const keys = mkdtempSync(join(tmpdir(), 'fastserve-bench-keys-'));
  try {
    const report = await measure(options, available, skipped, { root, tls: makeCertificate(keys) });
    console.log(`\n${renderGoals(report)}`);
    if (!options.dry) save(report);
    if (hasFailures(report)) process.exitCode = 1;
  } finally {
    for (const directory of [root, keys]) rmSync(directory, { recursive: true, force: true });
  }
}

/** The servers that can run here, and why the others cannot. */
async function chooseServers(names) {
  const available = [];
  const skipped = {};
  for (const definition of await Promise.all(names.map(loadServer))) {
    const reason = definition.unavailable();
    if (reason === null) available.push(definition);
    else {
      skipped[definition.name] = reason;
      console.log(`skipping ${definition.title}: ${reason}`);
    }
  }
  return { available, skipped };
}

function writeFiles() {
  const root = mkdtempSync(join(tmpdir(), 'fastserve-bench-files-'));
  chmodSync(root, 0o755); // nginx started by root reads as another user
  writeFileSync(join(root, '1k.bin'), FILE_1K);
  writeFileSync(join(root, '64k.bin'), FILE_64K);
  writeFileSync(join(root, '64m.bin'), '');
  truncateSync(join(root, '64m.bin'), 64 * 1024 * 1024); // read by nobody: holes will do
  writeFileSync(join(root, '10m.bin'), FILE_10M);
  for (const name of ['1k.bin', '64k.bin', '10m.bin']) utimesSync(join(root, name), FILES_CHANGED, FILES_CHANGED);
  return root;
}

async function measure(options, available, skipped, material) {
  const started = new Date();
  const titles = Object.fromEntries((await Promise.all(options.servers.map(loadServer))).map(({ name, title }) => [name, title]));
  const workloads = {};
  for (const name of options.workloads) {
    const workload = await loadWorkload(name);
    const context = makeContext(workload, options, available, material);
    if (context.serversOf(workload).length === 0) continue;
    process.stdout.write(`${workload.title}: `);
    const { run } = await import(`./harness/runners/${workload.kind}.mjs`);
    workloads[name] = { title: workload.title, kind: workload.kind, results: await run(workload, context) };
    console.log(`\n${renderWorkload(workloads[name], titles)}\n`);
  }
  const { rounds, seconds, quick } = options;
  return {
    date: started.toISOString(),
    minutes: Math.round((Date.now() - started) / 6000) / 10,
    options: { rounds, seconds, quick },
    machine: describeMachine(),
    titles,
    skipped,
    workloads,
  };
}

/** What a runner needs to know of this run. */
function makeContext(workload, options, available, { root, tls }) {
  return {
    root,
    tls: workload.tls === true ? tls : undefined,
    templates: join(BENCH, 'apps', 'templates'),
    etaTemplates: join(BENCH, 'apps', 'templates-eta'),
    quick: options.quick,
    rounds: options.rounds,
    seconds: Math.min(options.seconds, workload.seconds ?? Infinity),
    warmUpSeconds: options.warmUpSeconds,
    killSeconds: options.killSeconds,
    serversOf: (asked) => available.filter(({ name }) => asked.servers.includes(name)),
    progress: (round, rounds) => process.stdout.write(`${round}/${rounds} `),
    warn: (message) => console.error(`\n  ${message}`),
  };
}

function hasFailures(report) {
  return Object.values(report.workloads).some(({ results }) =>
    Object.values(results).some((result) => result.failure !== undefined || result.samples.some((sample) => sample.failure !== undefined)),
  );
}

function save(report) {
  const directory = join(BENCH, 'results');
  mkdirSync(directory, { recursive: true });
  const json = `${JSON.stringify(report, null, 1)}\n`;
  const stamp = report.date.slice(0, 19).replaceAll(':', '');
  writeFileSync(join(directory, `${stamp}.json`), json);
  writeFileSync(join(directory, 'latest.json'), json);
  writeFileSync(join(BENCH, 'RESULTS.md'), renderReport(report));
  console.log(`\nwritten: bench/RESULTS.md, bench/results/latest.json, bench/results/${stamp}.json`);
}

function fail(code, message) {
  console.error(message);
  process.exitCode = code;
}

await main();
