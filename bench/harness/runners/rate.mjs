/**
 * Measures CPU time for each request and latency under wrk. All servers of the workload run at once, each round drives them
 * one after the other, so that a slow spell of the machine meets them alike.
 *
 * A sample: { cpuUs, ioUs, mainUs, workerUs, otherUs (per request), requests, perSecond, p50Ms, p99Ms, wakes } or { failure }.
 */
import { fileURLToPath } from 'node:url';
import { threadTimes, timeSpent } from '../process-tree.mjs';
import { runWrk } from '../wrk.mjs';
import { withServers } from './with-servers.mjs';

const WARM_REQUESTS = 10_000;
const MOST_WARM_UPS = 6;

export function run(workload, context) {
  return withServers(workload, context, async (running) => {
    for (const server of running) await warmUp(server, workload, context.warmUpSeconds);
    for (let round = 0; round < context.rounds; round++) {
      for (const server of inTurn(running, round)) server.result.samples.push(await timed(server, workload, context.seconds));
      context.progress(round + 1, context.rounds);
    }
  });
}

/** Another one begins each round: nobody always comes behind the same one, or behind the pause between rounds. */
function inTurn(running, round) {
  const first = round % running.length;
  return [...running.slice(first), ...running.slice(0, first)];
}

/** Until the JavaScript engines have compiled what is asked for often; on a busy machine that takes more than one run. */
async function warmUp(server, workload, seconds) {
  let answered = 0;
  for (let run = 0; run < MOST_WARM_UPS && answered < WARM_REQUESTS; run++) {
    const { requests } = await timed(server, workload, seconds);
    if (requests === undefined) return;
    answered += requests;
  }
}

/** A server that dies fails its runs, not the bench. */
async function timed(server, workload, seconds) {
  try {
    return await sample(server, workload, seconds);
  } catch (error) {
    return { failure: error.message };
  }
}

function drive(server, workload, seconds) {
  return runWrk({
    port: server.port,
    path: workload.path,
    fields: workload.fields,
    connections: workload.connections,
    script: workload.script === undefined ? undefined : fileURLToPath(new URL(`../../workloads/${workload.script}`, import.meta.url)),
    pinned: workload.pinned,
    tls: workload.tls,
    seconds,
  });
}

/** One timed run. Exported for the isolation runner. */
export async function sample(server, workload, seconds) {
  await server.origins.report();
  const statsBefore = await server.stats();
  const before = threadTimes(server.pid);
  const load = await drive(server, workload, seconds);
  const spent = timeSpent(before, threadTimes(server.pid));
  if (load.failure !== null) return { failure: load.failure };
  if (load.requests === 0) return { failure: 'no request was answered' };
  const { requests: reached } = await server.origins.report();
  if (workload.fromStore === true && reached > 0) return { failure: `${reached} requests reached the upstream` };
  const perRequest = (ns) => ns / 1000 / load.requests;
  return {
    requests: load.requests,
    perSecond: load.requests / load.seconds,
    cpuUs: perRequest(spent.total),
    ioUs: perRequest(spent.io),
    mainUs: perRequest(spent.main),
    workerUs: perRequest(spent.worker),
    otherUs: perRequest(spent.other),
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    wakes: wakesPerRequest(statsBefore, await server.stats()),
  };
}

/** Wake-ups in both directions between fastserve's threads; null for servers without counters. */
function wakesPerRequest(before, after) {
  const requests = after === null || before === null ? 0 : after.requestsToWorkers - before.requestsToWorkers;
  if (requests <= 0) return null;
  return (after.workerWakes - before.workerWakes + after.ioWakes - before.ioWakes) / requests;
}
