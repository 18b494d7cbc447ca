/**
 * File serving while every worker is in an endless loop, on the server's one core: first undisturbed, then with the loops.
 *
 * A sample: { idle, spinning } of { perSecond, servingUs, p99Ms }; servingUs is CPU time of the threads that serve files
 * (fastserve's I/O threads; whole one-threaded servers) for each request. `spinning` is null when nothing was answered.
 */
import { connect } from 'node:net';
import { until } from '../client-process.mjs';
import { threadTimes, timeSpent } from '../process-tree.mjs';
import { eachAlone } from './each-alone.mjs';
import { sample } from './rate.mjs';

const SPIN_LIMIT_MS = 10_000;
/** CPU time in workers or main thread that shows the loops are running. */
const SPINNING_NS = 100e6;

export function run(workload, context) {
  return eachAlone(workload, context, async (server) => {
    await sample(server, workload, context.warmUpSeconds);
    const idle = servingFigures(await sample(server, workload, context.seconds));
    const spinners = await startSpinning(server, workload.workers);
    const spinning = servingFigures(await sample({ ...server, stats: async () => null }, workload, context.seconds));
    for (const socket of spinners) socket.destroy();
    if (idle === null) return { failure: 'no file was answered before the workers spun' };
    return { idle, spinning };
  });
}

function servingFigures(measured) {
  if (measured.failure !== undefined) return null;
  return { perSecond: measured.perSecond, servingUs: measured.ioUs > 0 ? measured.ioUs : measured.cpuUs, p99Ms: measured.p99Ms };
}

/** Sends one endless request a worker and waits until CPU time shows that it runs. */
async function startSpinning(server, workers) {
  const before = threadTimes(server.pid);
  const sockets = Array.from({ length: workers }, () => {
    const socket = connect(server.port, '127.0.0.1').on('error', () => {});
    socket.write(`GET /spin HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    return socket;
  });
  await until('workers spinning', SPIN_LIMIT_MS, async () => timeSpent(before, threadTimes(server.pid)).total, (ns) => ns >= SPINNING_NS * workers);
  return sockets;
}
