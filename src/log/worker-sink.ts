/**
 * The way of log entries from a worker to the main thread: one message an entry, so that what was logged is there even if the
 * worker ends at once. Both ends; each function names its thread.
 *
 * DESIGN: bounded by two words that both threads see. The main thread may be slower than a loop that prints:
 *
 *   worker  pending + size > MAX, or dropped > 0 ──► dropped += 1
 *           otherwise ──► pending += size, the entry is posted
 *   main    takes an entry ──► pending -= size; at 0 it takes `dropped`, sets it to 0, and says the number
 *
 * So the number stands in the log where the entries would have been. F1: while dropped > 0 an entry is on its way to the main
 * thread (pending > 0), or the main thread is about to take the number.
 */
import type { LogEntry } from './entry.ts';
import { type LogLevel, rankOf } from './level.ts';
import type { LogSink } from './logger.ts';

/** Characters on their way. */
const PENDING = 0;
/** Entries that were lost since the last look. */
const DROPPED = 1;
const WORDS = 2;
const MAX_PENDING = 1_048_576;
/** What an entry weighs beside its characters. */
const ENTRY_WEIGHT = 200;

/** Memory of one worker's life, for both threads. */
export function makeLogFlow(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
}

/** Worker. `level`: the rank in force, as ErrorLog shares it. `post` sends to whoever calls tookEntry(). */
export function workerSink(level: Int32Array, flow: Int32Array, post: (entry: LogEntry) => void): LogSink {
  return {
    takes: (wanted: LogLevel) => rankOf(wanted) <= Atomics.load(level, 0),
    put(entry) {
      if (admit(flow, weightOf(entry))) post(entry);
    },
  };
}

/** Main thread, once for each entry. Returns how many behind it were lost. */
export function tookEntry(flow: Int32Array, entry: LogEntry): number {
  const weight = weightOf(entry);
  if (Atomics.sub(flow, PENDING, weight) !== weight) return 0;
  return lostEntries(flow);
}

/** Main thread, when the worker is no more: how many were lost and not told yet. */
export function lostEntries(flow: Int32Array): number {
  return Atomics.exchange(flow, DROPPED, 0);
}

function admit(flow: Int32Array, weight: number): boolean {
  if (Atomics.load(flow, DROPPED) === 0 && Atomics.load(flow, PENDING) + weight <= MAX_PENDING) {
    Atomics.add(flow, PENDING, weight);
    return true;
  }
  Atomics.add(flow, DROPPED, 1);
  // F1: the main thread may have taken the last entry and seen no loss before this one was counted. Nobody would look again.
  if (Atomics.load(flow, PENDING) > 0) return false;
  const lost = Atomics.exchange(flow, DROPPED, 0);
  if (lost === 0) return false;
  Atomics.add(flow, PENDING, weight);
  // Those before this one are told behind it.
  Atomics.add(flow, DROPPED, lost - 1);
  return true;
}

function weightOf({ text, fields }: LogEntry): number {
  return ENTRY_WEIGHT + text.length + fields.length;
}
