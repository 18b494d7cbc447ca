/** `fastserve start` as the library for command lines knows it: its help, and its mistakes. */
import type { Command } from 'commander';
import { COMMAND_DEFAULTS } from '../config/resolve.ts';
import { serveDirectory } from './start.ts';
import { DEFAULT_DIRECTORY, START_OPTIONS, type StartFlags } from './start-options.ts';

const HELP = `
Environment, below the options and above the file:
  FASTSERVE_HOST, FASTSERVE_PORT or PORT, FASTSERVE_WORKERS or WEB_CONCURRENCY,
  FASTSERVE_IO_THREADS, FASTSERVE_LOG

Signals:
  TERM  says "not ready" for shutdown.lameDuck, then finishes the requests in flight and stops
  INT   finishes the requests in flight and stops; QUIT cuts them
        A second TERM or INT ends the lame-duck period, or the process.
  HUP   reads the configuration and loads the application's code again; when all of it can be used it takes over, and
        no connection is touched. Else everything stays as it was.
  USR1  opens the file of the access log again, after it was moved away`;

const DESCRIPTIONS: Readonly<Record<keyof StartFlags, string>> = {
  config: 'configuration file instead of the one in the directory',
  host: `name or address to listen on (default: ${COMMAND_DEFAULTS.host}, every interface)`,
  port: `port to listen on, 0 for a free one (default: ${COMMAND_DEFAULTS.port})`,
  https: 'HTTPS with a certificate for localhost, for development',
  workers: 'worker threads, or auto; 0 runs the application in the main thread (default: auto)',
  ioThreads: 'I/O threads (default: 1)',
  log: `access log on standard output: off, text or json (default: ${COMMAND_DEFAULTS.access})`,
};

export function addStartCommand(program: Command): void {
  const command = program
    .command('start')
    .summary('serve a directory')
    .description('Serve a directory: its files, and its application in worker threads.')
    .argument('[dir]', 'the directory of the site', DEFAULT_DIRECTORY);
  for (const { key, short, long, value } of START_OPTIONS) {
    const names = short === undefined ? long : `${short}, ${long}`;
    command.option(value === null ? names : `${names} <${value}>`, DESCRIPTIONS[key]);
  }
  command.addHelpText('after', HELP).action(serveDirectory);
}
