/** How a command that failed ends: one message for people, one for programs that asked for JSON, and an exit code. Main thread. */
import { ConfigError, FastServeError } from '../errors.ts';
import { EXIT_FAILURE, exitCodeOf } from './exit-codes.ts';
import { output } from './output.ts';

/** Says on standard error what went wrong, as JSON on standard output too where that was asked for, and gives the exit code for it. */
export async function report(error: unknown, asJson = false): Promise<number> {
  if (asJson) output().write(`${JSON.stringify({ ok: false, error: errorFacts(error) })}\n`);
  process.stderr.write(await messageOf(error));
  return error instanceof FastServeError ? exitCodeOf(error.code) : EXIT_FAILURE;
}

async function messageOf(error: unknown): Promise<string> {
  const { failureMessage } = await import('./failure-message.ts');
  if (error instanceof FastServeError && error.code !== 'FS_APP') return failureMessage({ message: error.message });
  const { describeStack } = await import('../dev/failure.ts');
  const { shownPath } = await import('../dev/stack.ts');
  if (!(error instanceof Error)) return failureMessage({ message: String(error) });
  if (!(error instanceof FastServeError)) return failureMessage({ message: error.stack ?? error.message });
  // An error of the application: where it is in its own code. Frames of this package would only show our inside.
  return failureMessage(describeStack('', error.message, error.stack ?? ''), shownPath);
}

function errorFacts(error: unknown): object {
  if (!(error instanceof FastServeError)) return { message: error instanceof Error ? error.message : String(error) };
  const { code, message } = error;
  return error instanceof ConfigError ? { code, message, source: error.source, problems: error.problems } : { code, message };
}
