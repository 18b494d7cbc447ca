/**
 * What a traced request spends its time on in the application's thread, and the text in which the front gets it. Requests that
 * are not traced have no recorder.
 *
 * The text is lines of fields with tabs between them:
 *   kind, name, start, end     a phase; microseconds of CLOCK_MONOTONIC, the clock of the front
 *   cpu, microseconds          of the thread from the start to the answer; with concurrent requests theirs is in it
 *   trace, trace id, span id   when the application asked for them
 */
import type { Phases } from '../contract.ts';
import { monotonicMs } from '../clock.ts';

/** From performance.now() to CLOCK_MONOTONIC, both in milliseconds. Found out for the first request that is traced: Node loads what `performance` is when it is first used. */
let clockOffsetMs: number | undefined;
/** What the front keeps of it (native/observe/trace.h). */
const MAX_CHARACTERS = 7800;
const UNSAFE = /[^\x21-\x7e]+/g;

export class PhaseRecorder implements Phases {
  readonly #start = performance.now();
  readonly #threadCpu: () => number;
  readonly #cpuBefore: number;
  #text = '';
  #open: { kind: string; name: string; start: number } | null = null;

  /** `threadCpu`: microseconds of the calling thread. */
  constructor(threadCpu: () => number) {
    this.#threadCpu = threadCpu;
    this.#cpuBefore = threadCpu();
  }

  add(kind: string, name: string, start: number, end: number): void {
    this.#append(`${kind}\t${name.replace(UNSAFE, '_')}\t${microseconds(start)}\t${microseconds(end)}\n`);
  }

  enter(kind: string, name: string): void {
    this.leave();
    this.#open = { kind, name, start: performance.now() };
  }

  leave(): void {
    if (this.#open === null) return;
    const { kind, name, start } = this.#open;
    this.#open = null;
    this.add(kind, name, start, performance.now());
  }

  identify(traceId: string, spanId: string): void {
    this.#append(`trace\t${traceId}\t${spanId}\n`);
  }

  /** Everything so far; the handler's time until now comes first. */
  report(): string {
    this.leave();
    const handler = `handler\t\t${microseconds(this.#start)}\t${microseconds(performance.now())}\n`;
    return `${handler}cpu\t${Math.round(this.#threadCpu() - this.#cpuBefore)}\n${this.#text}`;
  }

  #append(line: string): void {
    if (this.#text.length + line.length <= MAX_CHARACTERS) this.#text += line;
  }
}

function microseconds(nowMs: number): number {
  clockOffsetMs ??= monotonicMs() - performance.now();
  return Math.round((nowMs + clockOffsetMs) * 1000);
}

/** A phase as the front reports it. Microseconds after the request's arrival. */
export interface Phase {
  kind: string;
  name: string;
  start: number;
  end: number;
}

export interface PhaseReport {
  phases: Phase[];
  /** Microseconds; null when the worker reported nothing. */
  cpu: number | null;
  traceId: string | null;
  spanId: string | null;
}

/** Reads the text. `arrived`: microseconds of CLOCK_MONOTONIC. Lines that it does not know are passed over. */
export function readPhases(text: string, arrived: number): PhaseReport {
  const report: PhaseReport = { phases: [], cpu: null, traceId: null, spanId: null };
  for (const line of text.split('\n')) {
    const [kind = '', first = '', second = '', third] = line.split('\t');
    if (kind === 'cpu') report.cpu = Number(first);
    else if (kind === 'trace') [report.traceId, report.spanId] = [first, second];
    else if (third !== undefined) report.phases.push({ kind, name: first, start: Number(second) - arrived, end: Number(third) - arrived });
  }
  return report;
}
