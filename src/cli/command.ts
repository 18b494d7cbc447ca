/**
 * Command lines read by the library for them: every command, its help and its mistakes.
 *
 * DESIGN: what a command needs is loaded when it is the one that was given: it answers sooner.
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { EXIT_USAGE } from './exit-codes.ts';
import { output } from './output.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const EXAMPLES = `
Examples:
  $ fastserve start                     serve this directory on port 8080
  $ fastserve start site --port 3000    serve the directory "site"
  $ fastserve start --port 0            take a free port and print it
  $ fastserve dev                       serve this directory while it is edited
  $ fastserve build                     name static files by their content and compress them
  $ fastserve check                     look whether this directory would start
  $ fastserve makemessages -l de        gather messages for translators
  $ fastserve routes --explain "GET /"  say who answers a request, and why
  $ fastserve status                    show what the server of this directory does
  $ fastserve reload                    have it read its configuration and load its code anew

A directory needs no configuration: public/ is served as files, app.ts is the application.
With one: fastserve.config.{ts,mts,js,mjs,json}.

Exit codes: 0 done; 1 failed; 2 wrong usage or configuration, or code that does not compile; 3 no server is running there
(status, ctl, reload, stop). With --json the reason is on standard output, too: {"ok":false,"error":{"code","message"}}.`;

/** The modules of the commands, in the order of the help. */
const MODULES: { readonly names: readonly string[]; readonly load: () => Promise<(program: Command) => void> }[] = [
  { names: ['start'], load: async () => (await import('./start-command.ts')).addStartCommand },
  { names: ['dev'], load: async () => (await import('./dev.ts')).addDevCommand },
  { names: ['build'], load: async () => (await import('./build.ts')).addBuildCommand },
  { names: ['check'], load: async () => (await import('./check.ts')).addCheckCommand },
  { names: ['makemessages'], load: async () => (await import('./make-messages.ts')).addMakeMessagesCommand },
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

/** Runs what `argv` (as process.argv) says. Wrong usage is told, and sets the exit code; else rejects as the command does. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  output();
  try {
    await (await createProgram(argv[2])).parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
}
