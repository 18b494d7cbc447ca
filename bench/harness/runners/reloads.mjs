/**
 * What clients notice of reloads: the latency of a few with their own pace, beside a load, first undisturbed, then with a new
 * generation of code again and again.
 *
 * A sample: { reloads, steady, reloading } of { answered, failed, p50Ms, p99Ms, worstMs }.
 */
import { startProber } from '../client-process.mjs';
import { runWrk } from '../wrk.mjs';
import { eachAlone } from './each-alone.mjs';

const PROBES = { connections: 4, everyMs: 5 };

export function run(workload, context) {
  return eachAlone(workload, context, async (server) => {
    const load = async (seconds) => {
      const { failure } = await runWrk({ port: server.port, path: workload.path, connections: workload.connections, seconds });
      if (failure !== null) throw new Error(failure);
    };
    await load(context.warmUpSeconds);
    const prober = startProber({ ...PROBES, port: server.port, paths: [workload.path] });
    try {
      await load(context.warmUpSeconds);
      await prober.report();
      await load(context.seconds);
      const steady = await prober.report();
      const reloading = reloadAgainAndAgain(server, workload.reloadEveryMs);
      await load(context.seconds);
      return { steady, reloading: await prober.report(), reloads: await reloading.end() };
    } finally {
      await prober.end();
    }
  });
}

function reloadAgainAndAgain(server, everyMs) {
  let running = true;
  let reloads = 0;
  const done = (async () => {
    for (; running; reloads++) {
      await server.reload();
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  // Its failure is that of end(), which comes later.
  done.catch(() => {});
  return {
    end: async () => {
      running = false;
      await done;
      return reloads;
    },
  };
}
