/**
 * Workers that die under load: what becomes of each client's requests.
 *
 * A sample: { kills, killOutcomes, byPath, stats }: what clients/load.mjs prints, and fastserve's counters afterwards.
 */
import { runLoad } from '../client-process.mjs';
import { eachAlone } from './each-alone.mjs';

export function run(workload, context) {
  return eachAlone(workload, context, async (server) => {
    const load = await runLoad({
      port: server.port,
      paths: workload.paths,
      connections: workload.connections,
      seconds: Math.min(workload.killSeconds, context.killSeconds),
      killPath: workload.killPath,
      killEveryMs: workload.killEveryMs,
    });
    return { ...load, stats: await server.stats() };
  });
}
