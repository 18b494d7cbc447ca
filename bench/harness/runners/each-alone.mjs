/** For measurements that need the machine to themselves: each server alone, started afresh for each round, rounds interleaved. */
import { withServers } from './with-servers.mjs';

/**
 * @param {(server: object) => Promise<object>} measure resolves with a sample
 * @returns {Promise<object>} results by server name, as withServers
 */
export async function eachAlone(workload, context, measure) {
  const results = {};
  const rounds = Math.min(context.rounds, context.quick ? 1 : workload.rounds);
  for (let round = 0; round < rounds; round++) {
    for (const definition of context.serversOf(workload)) {
      const alone = { ...context, serversOf: () => [definition] };
      const outcome = await withServers(workload, alone, async (running) => {
        for (const server of running) server.result.samples.push(await caught(measure, server, context));
      });
      merge(results, outcome);
    }
    context.progress(round + 1, rounds);
  }
  return results;
}

async function caught(measure, server, context) {
  try {
    return await measure(server);
  } catch (error) {
    context.warn(`${server.title}: ${error.message}`);
    return { failure: error.message };
  }
}

function merge(results, outcome) {
  for (const [name, result] of Object.entries(outcome)) {
    const merged = (results[name] ??= { samples: [] });
    merged.samples.push(...result.samples);
    merged.headBytes ??= result.headBytes;
    if (result.failure !== undefined) merged.failure = result.failure;
  }
}
