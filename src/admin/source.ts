/** What the pages about a server ask of it. The server implements it; main thread. */
import type { NativeMetrics, NativeStats, NativeTrace } from '../native/binding.ts';

export interface AdminSource {
  stats(): NativeStats;
  metrics(): NativeMetrics;
  traces(after: number): NativeTrace[];
  /** Of the application's code, 0 without one. */
  readonly generation: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}
