/**
 * Memory of idle keep-alive connections: that of the whole process tree with the connections open, less that before, after
 * a short load has warmed the server.
 *
 * A sample: { connections, kibEach, baseKib }.
 */
import { startHolders, until } from '../client-process.mjs';
import { memoryKiB } from '../process-tree.mjs';
import { runWrk } from '../wrk.mjs';
import { eachAlone } from './each-alone.mjs';

const OPEN_LIMIT_MS = 60_000;
/** Deferred frees and collections after a burst are not part of a connection's cost, and a second is what a peer's timers need. */
const SETTLE_MS = 1_000;
const WARM_UP_SECONDS = 0.5;

export function run(workload, context) {
  return eachAlone(workload, context, async (server) => {
    await runWrk({ port: server.port, path: workload.path, connections: 64, seconds: WARM_UP_SECONDS, tls: workload.tls });
    const holders = startHolders();
    try {
      await holders.report();
      await settle();
      const baseKib = memoryKiB(server.pid);
      holders.open({ port: server.port, path: workload.path, count: workload.connections, tls: workload.tls });
      const counts = await until('connections', OPEN_LIMIT_MS, holders.report, ({ answered, failed }) => answered + failed >= workload.connections);
      if (counts.failed > 0) return { failure: `${counts.failed} of ${workload.connections} connections failed` };
      await settle();
      const kib = memoryKiB(server.pid) - baseKib;
      const { failed } = await holders.report();
      if (failed > 0) return { failure: `${failed} connections were closed while idle` };
      return { connections: workload.connections, baseKib, kibEach: kib / workload.connections };
    } finally {
      await holders.end();
    }
  });
}

function settle() {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
