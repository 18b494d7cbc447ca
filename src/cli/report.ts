/** How a command that failed ends: one message, and an exit code. Main thread. */
import { FastServeError } from '../errors.ts';
import { EXIT_FAILURE, EXIT_USAGE } from './exit-codes.ts';

/** Says on standard error what went wrong, and gives the exit code for it. */
export async function report(error: unknown): Promise<number> {
  if (!(error instanceof FastServeError)) {
    await printError(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return EXIT_FAILURE;
  }
  // The stack of a failed application is the application's own; that of other errors would only show our inside.
  const isOwn = error.code === 'FS_APP' && error.cause !== undefined;
  await printError(isOwn ? `${error.message}\n${error.stack}` : error.message);
  return error.code === 'FS_CONFIG' || error.code === 'FS_BUNDLE' ? EXIT_USAGE : EXIT_FAILURE;
}

async function printError(text: string): Promise<void> {
  const { style } = await import('./style.ts');
  process.stderr.write(`${style.error('error:')} ${text}\n`);
}
