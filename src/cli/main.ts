#!/usr/bin/env node
/**
 * The `fastserve` command. Exit codes: 0 done, 1 failure while starting or running, 2 wrong usage or configuration.
 *
 * DESIGN: what a command needs is loaded when it is the one that was given: `start` answers sooner for it.
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { FastServeError } from '../errors.ts';
import { EXIT_FAILURE, EXIT_USAGE } from './exit-codes.ts';
import { style } from './style.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const EXAMPLES = `
Examples:
  $ fastserve start                     serve this directory on port 8080
  $ fastserve start site --port 3000    serve the directory "site"
  $ fastserve start --port 0            take a free port and print it
  $ fastserve dev                       serve this directory while it is edited
  $ fastserve build                     name static files by their content and compress them
  $ fastserve check                     look whether this directory would start
  $ fastserve routes --explain "GET /"  say who answers a request, and why
  $ fastserve status                    show what the server of this directory does
  $ fastserve reload                    have it read its configuration and load its code anew

A directory needs no configuration: public/ is served as files, app.ts is the application.
With one: fastserve.config.{ts,mts,js,mjs,json}.`;

/** The modules of the commands, in the order of the help. */
const MODULES: { readonly names: readonly string[]; readonly load: () => Promise<(program: Command) => void> }[] = [
  { names: ['start'], load: async () => (await import('./start.ts')).addStartCommand },
  { names: ['dev'], load: async () => (await import('./dev.ts')).addDevCommand },
  { names: ['build'], load: async () => (await import('./build.ts')).addBuildCommand },
  { names: ['check'], load: async () => (await import('./check.ts')).addCheckCommand },
  { names: ['routes'], load: async () => (await import('./routes.ts')).addRoutesCommand },
  { names: ['status', 'ctl', 'reload', 'stop'], load: async () => (await import('./control.ts')).addControlCommands },
];

/** With the command of this name, or with all where there is none of it. */
async function createProgram(name: string | undefined): Promise<Command> {
  const program = new Command('fastserve')
    .description('One server for TypeScript sites: files, routing and views in worker threads.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError('Run with --help for what there is.')
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  const wanted = MODULES.filter(({ names }) => name !== undefined && names.includes(name));
  for (const { load } of wanted.length > 0 ? wanted : MODULES) (await load())(program);
  return program;
}

/** A reader that has read enough (`fastserve routes | head`) is no failure: what it leaves is dropped. */
function dropUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function main(): Promise<void> {
  process.stdout.on('error', dropUnread);
  try {
    await (await createProgram(process.argv[2])).parseAsync(process.argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Says what went wrong, unless commander has, and gives the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (!(error instanceof FastServeError)) {
    printError(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return EXIT_FAILURE;
  }
  // The stack of a failed application is the application's own; that of other errors would only show our inside.
  const isOwn = error.code === 'FS_APP' && error.cause !== undefined;
  printError(isOwn ? `${error.message}\n${error.stack}` : error.message);
  return error.code === 'FS_CONFIG' || error.code === 'FS_BUNDLE' ? EXIT_USAGE : EXIT_FAILURE;
}

function printError(text: string): void {
  process.stderr.write(`${style.error('error:')} ${text}\n`);
}

await main();
