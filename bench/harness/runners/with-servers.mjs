/**
 * Starts the servers of a workload, verifies what they answer, hands them to the measurement and stops them whatever happens.
 */
import { startOrigins } from '../client-process.mjs';
import { startServer } from '../server-process.mjs';
import { verifyAnswer } from '../verify.mjs';

/**
 * @param {(running: object[]) => Promise<void>} measure gets { name, port, pid, stats, result, origins } of each server that started and
 *   answered rightly; it pushes into result.samples
 * @returns {Promise<object>} results by server name: { samples, headBytes } or { samples: [], failure }
 */
export async function withServers(workload, context, measure) {
  const results = {};
  const running = [];
  const origins = await startOrigins(workload.origins ?? 0);
  try {
    for (const definition of context.serversOf(workload)) {
      const result = { samples: [] };
      results[definition.name] = result;
      try {
        running.push(await startVerified(definition, workload, context, { result, origins }));
      } catch (error) {
        result.failure = error.message;
        context.warn(`${definition.title}: ${error.message}${error.cause === undefined ? '' : `\n${error.cause}`}`);
      }
    }
    await measure(running);
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await origins.end();
  }
  return results;
}

async function startVerified(definition, workload, context, { result, origins }) {
  const server = await startServer(definition, {
    app: workload.appFor?.[definition.name] ?? workload.app,
    root: context.root,
    tls: context.tls,
    templates: context.templates,
    etaTemplates: context.etaTemplates,
    workers: workload.workers,
    answer: definition.name === 'floor' ? workload.expect() : undefined,
    origins: workload.origins === undefined ? undefined : origins.ports,
    pinned: workload.pinned,
  });
  try {
    if (workload.kind !== 'inflight') result.headBytes = await verifyAnswer(server.port, workload);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { name: definition.name, title: definition.title, result, origins, ...server };
}
