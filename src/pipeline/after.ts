/**
 * Work that a request leaves behind: it runs once the request is answered, on the thread of its view. Application's thread.
 *
 *   after() ── waits ──► finish of the request ──► next turn of the event loop ── runs ──► settled
 *                                                                stop of the application waits for all of them
 */
import type { Request } from '../http/request.ts';

/** What is to be done; nobody waits for it but the end of the worker. */
export type AfterTask = () => unknown;

interface Left {
  readonly task: AfterTask;
  /** Whose it was: the request cannot be read any more when it fails. */
  readonly of: string;
  readonly log: Request['log'];
}

const left = new WeakMap<Request, Left[]>();
/** Requests in `left`: nearly always none, and then finish() need not look. */
let waiting = 0;
const running = new Set<Promise<void>>();

/**
 * Runs `task` when the request has been answered: its client does not wait for it, nor for an error in it, which goes to the log. A streamed
 * answer may still run then. What the task needs of the request is to be read before. A worker that ends in order waits for its tasks
 * as it does for requests; one that dies takes them along.
 */
export function after(request: Request, task: AfterTask): void {
  if (typeof task !== 'function') throw new TypeError('after(request, task): the task is a function that does the work');
  // Asked for now, so that the log need not read the request later.
  void request.trace;
  const entry = { task, of: `${request.method} ${request.path}`, log: request.log };
  const tasks = left.get(request);
  if (tasks !== undefined) return void tasks.push(entry);
  left.set(request, [entry]);
  waiting += 1;
}

/** The request is answered: its tasks begin in the next turn, behind the answer. */
export function startTasksAfter(request: Request): void {
  if (waiting === 0) return;
  const tasks = left.get(request);
  if (tasks === undefined) return;
  left.delete(request);
  waiting -= 1;
  for (const { task, of, log } of tasks) {
    const run = new Promise<void>((resolve) => setImmediate(resolve)).then(task).then(
      () => void running.delete(run),
      (error: unknown) => {
        running.delete(run);
        log.error(`what ${of} left to be done after its answer failed`, error as Error);
      },
    );
    running.add(run);
  }
}

/** Resolves when nothing runs any more, tasks of tasks included. */
export async function tasksSettled(): Promise<void> {
  while (running.size > 0) await Promise.all(running);
}
