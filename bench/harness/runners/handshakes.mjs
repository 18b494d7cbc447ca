/**
 * CPU time for each TLS connection with one request on it: openssl s_time as the client, pinned to the client's core.
 *
 * A sample: { cpuUs, ioUs, mainUs, workerUs, otherUs (per connection), requests, perSecond } or { failure }.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CLIENT_CORE } from '../machine.mjs';
import { threadTimes, timeSpent } from '../process-tree.mjs';
import { withServers } from './with-servers.mjs';

export function run(workload, context) {
  return withServers(workload, context, async (running) => {
    for (let round = 0; round < context.rounds; round++) {
      for (const server of running) server.result.samples.push(await sample(server, workload, context));
      context.progress(round + 1, context.rounds);
    }
  });
}

async function sample(server, workload, { seconds }) {
  const before = threadTimes(server.pid);
  const { connections, resumed, output } = await connectFor(Math.max(1, Math.round(seconds)), server.port, workload);
  const spent = timeSpent(before, threadTimes(server.pid));
  if (connections === 0) return { failure: `no connection: ${output.trim().slice(0, 200)}` };
  if (workload.resumed && resumed < connections * 0.99) return { failure: `only ${resumed} of ${connections} were resumed` };
  const each = (ns) => ns / 1000 / connections;
  return {
    requests: connections, perSecond: connections / seconds, cpuUs: each(spent.total), ioUs: each(spent.io), mainUs: each(spent.main),
    workerUs: each(spent.worker), otherUs: each(spent.other), p50Ms: null, p99Ms: null, wakes: null,
  };
}

/** s_time marks each connection in its output: "*" new, "r" resumed. */
async function connectFor(seconds, port, { path, resumed }) {
  const child = spawn('taskset', [
    '-c', String(CLIENT_CORE), 'openssl', 's_time', '-connect', `127.0.0.1:${port}`, '-www', path, '-time', String(seconds), resumed ? '-reuse' : '-new',
  ]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  await once(child, 'close');
  const marks = output.split('\n').filter((line) => /^[r*t]+$/.test(line)).join('');
  const reused = [...marks].filter((mark) => mark === 'r').length;
  return { connections: marks.length, resumed: reused, output };
}
