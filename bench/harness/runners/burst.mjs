/**
 * Many requests at once for one answer that is not kept yet. The upstream holds what reaches it until all clients have asked.
 *
 * A sample: { requests, reached (the upstream), errors (clients without a 200) }.
 */
import { startHolders, until } from '../client-process.mjs';
import { eachAlone } from './each-alone.mjs';

const LIMIT_MS = 30_000;
/** The server reads what its clients have written; what it reads later would find the answer kept, and prove nothing. */
const SETTLE_MS = 1_000;

export function run(workload, context) {
  return eachAlone(workload, context, async ({ port, origins }) => {
    const holders = startHolders();
    try {
      await origins.report();
      holders.open({ port, path: workload.heldPath, count: workload.connections });
      await until('requests', LIMIT_MS, holders.report, ({ sent, failed }) => sent + failed >= workload.connections);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      origins.open();
      const { failed } = await until('answers', LIMIT_MS, holders.report, (counts) => counts.answered + counts.failed >= workload.connections);
      const { requests: reached } = await origins.report();
      return { requests: workload.connections, reached, errors: failed };
    } finally {
      await holders.end();
    }
  });
}
