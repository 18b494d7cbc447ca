/**
 * The process of one server under test that runs in Node: `node server-host.mjs <name> <options as JSON>`.
 * Prints {"port": n} as one line once it answers. Over the IPC channel, {ask: "stats"} is answered with {stats}; the process
 * ends when the channel closes.
 */
import { loadServer } from '../servers/index.mjs';

const [name, options] = process.argv.slice(2);
const definition = await loadServer(name);
const running = await definition.start(JSON.parse(options));

process.on('message', (message) => {
  if (message.ask === 'stats') process.send({ stats: running.stats?.() ?? null });
});
process.on('disconnect', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ port: running.port })}\n`);
