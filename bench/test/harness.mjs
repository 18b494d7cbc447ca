import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { judge } from '../goals.mjs';
import { startOrigins } from '../harness/client-process.mjs';
import { readOptions } from '../harness/options.mjs';
import { timeSpent } from '../harness/process-tree.mjs';
import { differenceOf, ratioOf, summarise } from '../harness/statistics.mjs';
import { get } from '../harness/verify.mjs';
import { readReport } from '../harness/wrk.mjs';

const CLEAN = `Running 10m test @ http://127.0.0.1:1/
  Latency Distribution
     50%  229.00us
     75%    1.20ms
     90%    2.00ms
     99%    1.05s
  12345 requests in 2.01s, 1.54MB read
Requests/sec: 6141.79
`;

test('a report of wrk yields requests, seconds and percentiles in milliseconds', () => {
  assert.deepEqual(readReport(CLEAN), { requests: 12345, seconds: 2.01, p50Ms: 0.229, p99Ms: 1050, failure: null });
});

test('socket errors and other statuses than 2xx and 3xx fail a run', () => {
  const report = `${CLEAN}  Socket errors: connect 0, read 3, write 0, timeout 0\n  Non-2xx or 3xx responses: 7\n`;
  assert.equal(readReport(report).failure, 'Socket errors: connect 0, read 3, write 0, timeout 0; Non-2xx or 3xx responses: 7');
});

test('a report without totals is an error', () => {
  assert.throws(() => readReport('unable to connect'), /no totals/);
});

test('the ratio is that of the medians, its spread that of the rounds, and failed rounds count in neither', () => {
  const ratio = ratioOf([2, 4, null, 3], [4, 4, 1, 2]);
  assert.deepEqual(ratio, { value: 1, min: 0.5, max: 1.5 });
});

test('a server without samples has no ratio', () => {
  assert.equal(ratioOf([], [1]), null);
  assert.equal(differenceOf([null], [1]), null);
  assert.equal(summarise([null, undefined]), null);
});

test('time is split by thread name, the busiest other thread being the worker', () => {
  const thread = (name, main, cpuNs) => ({ name, main, cpuNs });
  const before = new Map([['1', thread('node', true, 5)], ['2', thread('fs-io-0', false, 10)], ['3', thread('node', false, 100)]]);
  const after = new Map([
    ['1', thread('node', true, 6)], ['2', thread('fs-io-0', false, 30)], ['3', thread('node', false, 103)], ['4', thread('node', false, 7)],
  ]);
  assert.deepEqual(timeSpent(before, after), { total: 31, io: 20, main: 1, worker: 7, other: 3 });
});

test('an unknown server on the command line is named', () => {
  assert.match(readOptions(['--servers', 'apache']).error, /"apache" is unknown/);
  assert.match(readOptions(['--rounds', '1.5']).error, /not a positive whole number/);
});

test('a goal is missed beyond its limit, met at it, and not measured without its peer', () => {
  const hello = (own, peer) => ({ hello: { results: { fastserve: { samples: [{ cpuUs: own }] }, ...(peer && { uws: { samples: [{ cpuUs: peer }] } }) } } });
  const verdict = (workloads) => judge(workloads).find(({ goal }) => goal.text.includes('1.05 × uWebSockets.js')).verdict;
  assert.equal(verdict(hello(1.05, 1)), 'met');
  assert.equal(verdict(hello(1.06, 1)), 'missed');
  assert.equal(verdict(hello(1)), 'not measured');
});

test('failures of the worker-kills load are counted over all paths', () => {
  const samples = [{ byPath: { '/a': { 200: 5, 503: 1, timeouts: 0, dropped: 2 }, '/b': { 200: 1, 502: 4, timeouts: 1, dropped: 0 } } }];
  const [timeouts, refused] = judge({ 'worker-kills': { results: { fastserve: { samples } } } });
  assert.equal(timeouts.measured.value, 1);
  assert.equal(refused.measured.value, 3);
});

test('resumed handshakes are held to full ones of the peer, measured in the same run', () => {
  const results = (own, nginx) => ({ results: { fastserve: { samples: [{ cpuUs: own }] }, nginx: { samples: [{ cpuUs: nginx }] } } });
  const verdicts = (workloads) => judge(workloads).filter(({ goal }) => goal.workload === 'tls-resumed').map(({ verdict }) => verdict);
  assert.deepEqual(verdicts({ 'tls-handshake': results(200, 400), 'tls-resumed': results(140, 150) }), ['met', 'not judged']);
  assert.deepEqual(verdicts({ 'tls-handshake': results(200, 390), 'tls-resumed': results(140, 150) }), ['missed', 'not judged']);
  assert.deepEqual(verdicts({ 'tls-resumed': results(140, 150) }), ['not measured', 'not judged']);
});

test('a siege is judged by what others met: each that waited or was refused counts', () => {
  const sample = { failed: 1, unanswered: 2, p99Ms: 101, worstMs: 900, answeredMs: 1500 };
  const verdicts = judge({ 'siege-burst': { results: { fastserve: { samples: [sample] } } } }).map(({ measured, verdict }) => [measured.value, verdict]);
  assert.deepEqual(verdicts, [[3, 'missed'], [101, 'missed'], [900, 'met'], [1.5, 'met']]);
});

test('of several peers the one that needs least is the measure, whether or not all were there', () => {
  const measured = (peers) => {
    const results = { fastserve: 4, ...peers };
    const samples = Object.entries(results).map(([name, cpuUs]) => [name, { samples: [{ cpuUs }] }]);
    return judge({ proxy: { results: Object.fromEntries(samples) } })[0].measured?.value ?? null;
  };
  assert.equal(measured({ nginx: 8, h2o: 5, haproxy: 16 }), 0.8);
  assert.equal(measured({ nginx: 8, haproxy: 16 }), 0.5);
  assert.equal(measured({}), null);
});

test('an upstream answers what it holds when it is told to, and counts what reached it', { skip: availableParallelism() < 2 }, async () => {
  const origins = await startOrigins(2);
  const agent = new Agent({ keepAlive: true });
  try {
    const [port, other] = origins.ports;
    assert.equal((await get(agent, other, '/static/1k.bin')).body.length, 1024);
    const held = get(agent, port, '/static/held.bin');
    let reached = 0;
    let waiting = 0;
    while (waiting === 0) {
      const report = await origins.report();
      reached += report.requests;
      waiting = report.waiting;
    }
    assert.equal(reached, 2);
    origins.open();
    assert.equal((await held).status, 200);
    assert.equal((await origins.report()).waiting, 0);
  } finally {
    agent.destroy();
    await origins.end();
  }
});
