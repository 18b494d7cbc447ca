/**
 * What falls to process 1 of a container (init's duty): children that others left behind become its own, and stay in the process
 * table until it takes their status. Main thread.
 *
 * DESIGN: nothing tells a child that was left behind from one that the application has started, whose status Node is waiting for.
 * Node takes that within milliseconds, unless the thread that started it stands still. So a dead child is left alone until it has
 * been dead for a minute: longer than a thread may stand still (timeouts.request).
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface ReaperOptions {
  /** Between two looks, milliseconds. */
  readonly everyMs: number;
  /** A child that has been dead so long is nobody's. */
  readonly graceMs: number;
  /** Takes the status of a dead child; see NativeBinding.reapChild. */
  readonly reap: (pid: number) => boolean;
}

export const INIT_TIMES = { everyMs: 10_000, graceMs: 60_000 };

/** A process of /proc: its start makes a number that is used again another one. */
const STAT_FIELDS = { state: 0, parent: 1, startedAt: 19 };

export class OrphanReaper {
  readonly #options: ReaperOptions;
  readonly #timer: NodeJS.Timeout;
  /** By process id and start: when it was first seen dead. */
  #deadSinceMs = new Map<string, number>();

  /** Begins. Keeps no process alive. */
  constructor(options: ReaperOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), options.everyMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    const dead = new Map<string, number>();
    for (const { pid, key } of deadChildren(process.pid)) {
      const sinceMs = this.#deadSinceMs.get(key) ?? now;
      if (now - sinceMs < this.#options.graceMs || !this.#options.reap(pid)) dead.set(key, sinceMs);
    }
    this.#deadSinceMs = dead;
  }
}

/** Children of a process that have ended and whose status nobody has taken. */
export function deadChildren(parent: number): { pid: number; key: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const fields = statOf(name);
      const isDead = fields[STAT_FIELDS.state] === 'Z' && Number(fields[STAT_FIELDS.parent]) === parent;
      return isDead ? [{ pid: Number(name), key: `${name} ${fields[STAT_FIELDS.startedAt]}` }] : [];
    });
}

/** The fields behind the name in parentheses, which may have spaces and parentheses itself (proc_pid_stat(5)). */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return []; // it has gone meanwhile
  }
}

/** Exit codes of shells for what a signal ended: 128 and its number. */
const EARLY_SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Does init's duty from now on. The kernel gives process 1 no signal that it does not handle: until the returned function is called,
 * because handlers for a server that runs are there, SIGTERM and SIGINT end the process at once, as they would any other.
 */
export function becomeInit(reap: (pid: number) => boolean): () => void {
  new OrphanReaper({ ...INIT_TIMES, reap });
  const ends = Object.entries(EARLY_SIGNALS).map(([name, code]) => {
    const end = (): never => process.exit(code);
    process.on(name, end);
    return () => void process.off(name, end);
  });
  return () => ends.forEach((remove) => remove());
}
