/**
 * Threads that load code beside others that serve: in short turns, and nicer than those, until they take requests themselves. Main thread.
 *
 * DESIGN: a thread begins with the niceness of the one that starts it, so the main thread is nicer for that moment, and the start of
 * the isolate counts too. Only where niceness can be taken back, which needs CAP_SYS_NICE: a worker that stayed nicer would serve
 * late for the rest of its life. Not nicer than this: on a machine without a free core loading must come to its end (timeouts.start).
 * Requests wait for the turns of such a thread, not for its share: short turns are what counts (native/net/short_turns.h).
 */
import { readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import type { Scheduling } from '../../gateway/worker/task.ts';
import { inShortTurns } from '../../native/short-turns.ts';

const NICENESS = 5;
const CAP_SYS_NICE = 23n;
/** On Linux niceness is a thread's own, and 0 means the calling one. */
const SELF = 0;

/** Runs what starts a thread, which gives way to others from its first instruction. `start` gets how it is to be scheduled later. */
export function aside<Result>(start: (later: Scheduling) => Result): Result {
  return inShortTurns((sliceNs) => whileNicer((niceness) => start({ niceness, sliceNs })));
}

/** `start` gets the niceness of before; null: nothing was changed. */
function whileNicer<Result>(start: (niceness: number | null) => Result): Result {
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
