/**
 * Files for a few clients while others keep a view busy, on the server's one core: what each costs the other.
 *
 * A sample: { alonePerSecond, perSecond (views, first without and then with the clients of files), p50Ms, p99Ms, worstMs and
 * unanswered (of the files) }.
 */
import { setTimeout } from 'node:timers/promises';
import { startProber } from '../client-process.mjs';
import { runWrk } from '../wrk.mjs';
import { eachAlone } from './each-alone.mjs';

const PROBES = { connections: 4, everyMs: 5 };
/** Probes count from this long after the load has been started until this long before it is ended: starting a process takes the core, too. */
const MARGIN_SECONDS = 0.3;

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
      const counted = views(context.seconds + 2 * MARGIN_SECONDS);
      await setTimeout(MARGIN_SECONDS * 1000);
      await prober.report();
      await setTimeout(context.seconds * 1000);
      const { failed: unanswered, answered, ...times } = await prober.report();
      const perSecond = await counted;
      if (answered === 0) throw new Error('no file was answered beside the view');
      return { alonePerSecond, perSecond, ...times, unanswered };
    } finally {
      await prober.end();
    }
  });
}
