/**
 * Threads that load code beside others that serve: nicer than those until they take requests themselves. Main thread.
 *
 * DESIGN: a thread begins with the niceness of the one that starts it, so the main thread is nicer for that moment, and the start of
 * the isolate counts too. Only where niceness can be taken back, which needs CAP_SYS_NICE: a worker that stayed nicer would serve
 * late for the rest of its life. Not nicer than this: on a machine without a free core loading must come to its end (timeouts.start).
 */
import { readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

const NICENESS = 5;
const CAP_SYS_NICE = 23n;
/** On Linux niceness is a thread's own, and 0 means the calling one. */
const SELF = 0;

/** Runs what starts a thread; the thread begins nicer. `start` gets the niceness that the thread is to take later; null: it has it. */
export function aside<Result>(start: (niceness: number | null) => Result): Result {
  const own = getPriority(SELF);
  if (own >= NICENESS || !maySetPriority()) return start(null);
  setPriority(SELF, NICENESS);
  try {
    return start(own);
  } finally {
    setPriority(SELF, own);
  }
}

let permitted: boolean | undefined;

/** Asked once: a process that gives the right away has not been here before that. */
function maySetPriority(): boolean {
  return (permitted ??= hasCapability());
}

function hasCapability(): boolean {
  try {
    const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/thread-self/status', 'latin1')) ?? [];
    return ((BigInt(`0x${effective}`) >> CAP_SYS_NICE) & 1n) === 1n;
  } catch {
    return false;
  }
}
