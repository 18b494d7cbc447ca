/**
 * Workers that die under load: what becomes of each client's requests. The server's own process ends a worker thread every
 * `killEveryMs`, from outside of the request queue.
 *
 * A sample: { kills, byPath, stats }: threads that were ended, what clients/load.mjs prints, and fastserve's counters afterwards.
 */
import { runLoad } from '../client-process.mjs';
import { eachAlone } from './each-alone.mjs';

export function run(workload, context) {
  return eachAlone(workload, context, async (server) => {
    let kills = 0;
    const killer = setInterval(async () => {
      kills += await server.kill();
    }, workload.killEveryMs);
    try {
      const load = await runLoad({
        port: server.port,
        paths: workload.paths,
        connections: workload.connections,
        seconds: Math.min(workload.killSeconds, context.killSeconds),
      });
      clearInterval(killer);
      return { ...load, kills, stats: await server.stats() };
    } finally {
      clearInterval(killer);
    }
  });
}
