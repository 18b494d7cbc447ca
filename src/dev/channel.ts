/** What the main thread and the workers of a development server say to each other. Plain data over a BroadcastChannel. */
import type { Failure } from './failure.ts';

/** Channels reach the threads of one process only, so one name serves. */
export const CHANNEL = 'fastserve-dev';

export interface LiveState {
  /** See live-script.ts; never the same again, also not after a restart of the process. */
  readonly version: number;
  /** Of the code that serves. */
  readonly generation: number;
  /** Why newer code does not serve; null: the code is the newest. */
  readonly broken: Failure | null;
}

export type DevMessage =
  /** A worker wants to know the state. */
  | { type: 'hello' }
  | { type: 'state'; state: LiveState }
  /** Only style sheets changed. */
  | { type: 'styles'; stamp: number };
