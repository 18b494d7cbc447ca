/** `fastserve start`: serves a directory until a signal ends it. */
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { type Flags, readOverrides } from '../config/overrides.ts';
import { COMMAND_DEFAULTS, resolveConfig } from '../config/resolve.ts';
import { addonRuntime } from '../supervisor/runtime.ts';
import { type RunningServer, startServer } from '../supervisor/server.ts';
import { stopOnSignals } from './signals.ts';
import { startMessage } from './start-message.ts';

interface StartFlags extends Flags {
  config?: string;
}

const HELP = `
Environment, below the options and above the file:
  FASTSERVE_HOST, FASTSERVE_PORT or PORT, FASTSERVE_WORKERS or WEB_CONCURRENCY,
  FASTSERVE_IO_THREADS, FASTSERVE_LOG

Signals: INT and TERM finish the requests in flight and stop; a second one stops at once.`;

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .summary('serve a directory')
    .description('Serve a directory: its files, and its application in worker threads.')
    .argument('[dir]', 'the directory of the site', '.')
    .option('-c, --config <file>', 'configuration file instead of the one in the directory')
    .option('-H, --host <host>', `name or address to listen on (default: ${COMMAND_DEFAULTS.host}, every interface)`)
    .option('-p, --port <number>', `port to listen on, 0 for a free one (default: ${COMMAND_DEFAULTS.port})`)
    .option('-w, --workers <number>', 'worker threads, or auto; 0 runs the application in the main thread (default: auto)')
    .option('--io-threads <number>', 'I/O threads (default: 1)')
    .option('--log <format>', `access log on standard output: off, text or json (default: ${COMMAND_DEFAULTS.access})`)
    .addHelpText('after', HELP)
    .action(async (directory: string, flags: StartFlags) => {
      const server = await start(resolve(directory), flags);
      process.stdout.write(startMessage(server, (path) => relative(process.cwd(), path) || '.'));
      stopOnSignals(server);
    });
}

async function start(directory: string, flags: StartFlags): Promise<RunningServer> {
  const overrides = readOverrides(flags, process.env);
  const loaded = await loadConfig(directory, flags.config);
  const settings = await resolveConfig({ ...loaded, defaults: COMMAND_DEFAULTS, overrides });
  return startServer(settings, addonRuntime());
}
