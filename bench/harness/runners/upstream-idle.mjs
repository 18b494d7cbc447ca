/**
 * Memory of idle connections to upstreams: as many requests as connections wait at the upstream, are answered, and their clients
 * go. That of the process tree then, less that before, after a short load has warmed the server. What the server's
 * memory keeps for later clients counts too.
 *
 * A sample: { connections (open at the upstream), kibEach, baseKib }.
 */
import { startHolders, until } from '../client-process.mjs';
import { memoryKiB } from '../process-tree.mjs';
import { runWrk } from '../wrk.mjs';
import { eachAlone } from './each-alone.mjs';

const LIMIT_MS = 30_000;
const SETTLE_MS = 1_000;
const WARM_UP_SECONDS = 0.5;

export function run(workload, context) {
  return eachAlone(workload, context, async ({ pid, port, origins }) => {
    await runWrk({ port, path: workload.path, connections: 64, seconds: WARM_UP_SECONDS });
    await settle();
    const before = await origins.report();
    const baseKib = memoryKiB(pid);
    const failed = await crowd(port, workload, origins);
    if (failed > 0) return { failure: `${failed} of ${workload.connections} requests failed` };
    await settle();
    const connections = (await origins.report()).connections - before.connections;
    if (connections < workload.connections / 2) return { failure: `${connections} connections to the upstream are left of ${workload.connections}` };
    return { connections, baseKib, kibEach: (memoryKiB(pid) - baseKib) / connections };
  });
}

/** All requests wait at the upstream at once, so that each has a connection of its own there. Resolves with those that failed. */
async function crowd(port, { heldPath, connections }, origins) {
  const holders = startHolders();
  try {
    holders.open({ port, path: heldPath, count: connections });
    await until('requests at the upstream', LIMIT_MS, origins.report, ({ waiting }) => waiting >= connections);
    origins.open();
    const { failed } = await until('answers', LIMIT_MS, holders.report, (counts) => counts.answered + counts.failed >= connections);
    return failed;
  } finally {
    await holders.end();
  }
}

function settle() {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
