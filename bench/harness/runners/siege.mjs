/**
 * Other clients while many connections cost the server something: slow heads, silence, answers that nobody reads, a burst.
 *
 * A sample: { connections, failed (could not connect), p50Ms, p99Ms, worstMs and unanswered (of the other clients meanwhile),
 * kibEach (memory with all of them held; null for a burst), answeredMs, endedMs (since the order; null where that never comes) }.
 */
import { startBesiegers, startProber, until } from '../client-process.mjs';
import { descriptorLimit } from '../machine.mjs';
import { memoryKiB } from '../process-tree.mjs';
import { eachAlone } from './each-alone.mjs';

const OPEN_LIMIT_MS = 60_000;
const END_LIMIT_MS = 60_000;
const SETTLE_MS = 1_000;
/** What neither server nor client have left for connections: files, threads' handles, other clients. */
const OTHER_DESCRIPTORS = 200;
const PROBES = { connections: 8, everyMs: 20 };

/** How a siege ends, by behaviour: the server cuts its connections, or it is over some time after all have their answers. */
const ENDS = {
  slowloris: { isCut: true },
  unread: { isCut: true },
  idle: { isCut: false, heldMs: 3_000 },
  burst: { isCut: false, heldMs: 0 },
};

export function run(workload, context) {
  const connections = Math.min(workload.connections, descriptorLimit() - OTHER_DESCRIPTORS);
  if (connections < workload.connections) context.warn(`${connections} connections instead of ${workload.connections}: a process may have no more descriptors`);
  return eachAlone(workload, context, async (server) => {
    const prober = startProber({ ...PROBES, port: server.port, paths: ['/static/1k.bin', '/'] });
    const besiegers = startBesiegers();
    try {
      return await siege(server, { ...workload, connections }, prober, besiegers);
    } finally {
      await Promise.all([prober.end(), besiegers.end()]);
    }
  });
}

async function siege(server, { connections, behaviour, siegePath }, prober, besiegers) {
  await besiegers.report();
  await settle(SETTLE_MS);
  const baseKib = memoryKiB(server.pid);
  await prober.report();
  const began = performance.now();
  besiegers.besiege({ port: server.port, path: siegePath, count: connections, behaviour });
  const opened = await until('connections', OPEN_LIMIT_MS, besiegers.report, ({ opened, failed }) => opened + failed === connections);
  const kib = behaviour === 'burst' ? null : memoryKiB(server.pid) - baseKib;
  const end = ENDS[behaviour];
  if (end.isCut) await allCut(server);
  else await until('answers', END_LIMIT_MS, besiegers.report, ({ answered }) => answered === connections - opened.failed);
  const endedMs = end.isCut ? performance.now() - began : null;
  await settle(end.heldMs ?? 0);
  const { failed: unanswered, ...times } = await prober.report();
  const { lastAnswerMs } = await besiegers.report();
  return { connections, failed: opened.failed, ...times, unanswered, kibEach: kib === null ? null : kib / connections, answeredMs: end.isCut ? null : lastAnswerMs, endedMs };
}

function allCut(server) {
  const open = async () => (await server.stats()).connectionsOpen;
  return until('the end of all connections but those of the other clients', END_LIMIT_MS, open, (count) => count <= PROBES.connections);
}

function settle(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
