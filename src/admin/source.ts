/** What the pages about a server ask of it. The server implements it; main thread. */
import type { ServerStats } from '../gateway/server-stats.ts';
import type { NativeMetrics, NativeRunningRequest, NativeTrace } from '../native/binding.ts';

export interface AdminSource {
  stats(): ServerStats;
  metrics(): NativeMetrics;
  traces(after: number): NativeTrace[];
  /** What workers are in the middle of. */
  running(): Promise<NativeRunningRequest[]>;
  upstreams(): readonly { readonly name: string; readonly servers: readonly UpstreamServerView[] }[];
  /** Of the application's code, 0 without one. */
  readonly generation: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** What the pages show of one server of an upstream. */
export interface UpstreamServerView {
  readonly url: string;
  readonly address: string;
  readonly state: string;
  readonly inFlight: number;
  readonly answered: number;
  readonly failed: number;
  readonly checksPassed: number;
  readonly checksFailed: number;
  readonly latencyMs: number;
}
