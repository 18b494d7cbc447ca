/**
 * Files for a few clients while others keep a view busy, on the server's one core: what each costs the other.
 *
 * A sample: { alonePerSecond, perSecond (views, first without and then with the clients of files), p50Ms, p99Ms, worstMs and
 * unanswered (of the files) }.
 */
import { startProber } from '../client-process.mjs';
import { runWrk } from '../wrk.mjs';
import { eachAlone } from './each-alone.mjs';

const PROBES = { connections: 4, everyMs: 5 };

export function run(workload, context) {
  return eachAlone(workload, context, async (server) => {
    const views = async (seconds) => {
      const { requests, seconds: taken, failure } = await runWrk({ port: server.port, path: workload.viewPath, connections: workload.connections, seconds });
      if (failure !== null) throw new Error(failure);
      return requests / taken;
    };
    await views(context.warmUpSeconds);
    const alonePerSecond = await views(context.seconds);
    const prober = startProber({ ...PROBES, port: server.port, paths: [workload.path] });
    try {
      await views(context.warmUpSeconds);
      await prober.report();
      const perSecond = await views(context.seconds);
      const { failed: unanswered, answered, ...times } = await prober.report();
      if (answered === 0) throw new Error('no file was answered beside the view');
      return { alonePerSecond, perSecond, ...times, unanswered };
    } finally {
      await prober.end();
    }
  });
}
