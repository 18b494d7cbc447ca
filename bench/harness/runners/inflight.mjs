/**
 * Many requests inside async views at once: all wait at a gate, memory is read, the gate opens, every answer is counted.
 *
 * A sample: { requests, errors, kibEach (a request with its connection), baseKib }.
 */
import { Agent } from 'node:http';
import { startHolders, until } from '../client-process.mjs';
import { memoryKiB } from '../process-tree.mjs';
import { get } from '../verify.mjs';
import { eachAlone } from './each-alone.mjs';

const LIMIT_MS = 30_000;
const SETTLE_MS = 1_000;
const WARM_UP_REQUESTS = 200;

export function run(workload, context) {
  return eachAlone(workload, context, async (server) => {
    const agent = new Agent({ keepAlive: true });
    const gate = async (action) => (await get(agent, server.port, `/gate/${action}`)).body.toString();
    const warmUp = startHolders();
    const holders = startHolders();
    try {
      await pass(warmUp, gate, server.port, workload.path, WARM_UP_REQUESTS);
      await holders.report();
      return await measure(server, workload, holders, gate);
    } finally {
      agent.destroy();
      await Promise.all([warmUp.end(), holders.end()]);
    }
  });
}

async function measure(server, workload, holders, gate) {
  await settle();
  const baseKib = memoryKiB(server.pid);
  holders.open({ port: server.port, path: workload.path, count: workload.connections });
  await allWaiting(gate, workload.connections);
  await settle();
  const kib = memoryKiB(server.pid) - baseKib;
  await gate('open');
  const counts = await allSettled(holders, workload.connections);
  return { requests: workload.connections, errors: counts.failed, baseKib, kibEach: kib / workload.connections };
}

/** A first, small crowd through the gate, so that code is compiled and buffers are there before memory is read. */
async function pass(holders, gate, port, path, count) {
  holders.open({ port, path, count });
  await allWaiting(gate, count);
  await gate('open');
  await allSettled(holders, count);
}

function allWaiting(gate, count) {
  return until('requests inside views', LIMIT_MS, () => gate('count'), (waiting) => Number(waiting) >= count);
}

function allSettled(holders, count) {
  return until('answers', LIMIT_MS, holders.report, ({ answered, failed }) => answered + failed >= count);
}

function settle() {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
