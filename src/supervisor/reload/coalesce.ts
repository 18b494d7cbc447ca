/** Runs something that is asked for again while it runs. */

/**
 * A function that runs `task`, never twice at once. Calls while it runs share one more run that follows: whoever calls gets
 * the outcome of a run that began after the call.
 */
export function coalesce<Result>(task: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | null = null;
  let next: Promise<Result> | null = null;
  const run = async (): Promise<Result> => {
    try {
      return await task();
    } finally {
      running = null;
    }
  };
  const runNext = (): Promise<Result> => {
    next = null;
    running = run();
    return running;
  };
  return () => {
    if (next !== null) return next;
    if (running === null) return runNext();
    next = running.then(runNext, runNext);
    return next;
  };
}
