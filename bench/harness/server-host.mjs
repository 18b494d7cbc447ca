/**
 * The process of one server under test that runs in Node: `node server-host.mjs <name> <options as JSON>`.
 * Prints {"port": n} as one line once it answers. Over the IPC channel, {id, ask} is answered with {id, answer}: "stats" with
 * the server's counters, "reload" with null once new code serves, "kill" with how many worker threads were ended (1, or 0 when none was there). The process ends when
 * the channel closes.
 */
import { loadServer } from '../servers/index.mjs';

const [name, options] = process.argv.slice(2);
const definition = await loadServer(name);
const running = await definition.start(JSON.parse(options));

const answers = { kill: () => running.kill?.() ?? 0, reload: () => running.reload?.() ?? null, stats: () => running.stats?.() ?? null };

process.on('message', async ({ id, ask }) => {
  process.send({ id, answer: (await answers[ask]()) ?? null });
});
process.on('disconnect', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ port: running.port })}\n`);
