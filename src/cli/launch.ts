/**
 * The `fastserve` command from its first line. Exit codes: 0 done, 1 failure while starting or running, 2 wrong usage or configuration,
 * 3 no server to ask.
 *
 * DESIGN: `start` in its common spellings is read here: a server that answers soon after it was started needs no more.
 */
import { readStartArguments } from './start-options.ts';

/** Runs what `argv` (as process.argv) says; sets the exit code when it failed. Never rejects. */
export async function launch(argv: readonly string[]): Promise<void> {
  try {
    const start = argv[2] === 'start' ? readStartArguments(argv.slice(3)) : null;
    if (start !== null) await (await import('./start.ts')).serveDirectory(start.directory, start.flags);
    else await (await import('./command.ts')).runCommand(argv);
  } catch (error) {
    process.exitCode = await (await import('./report.ts')).report(error, argv.includes('--json'));
  }
}
