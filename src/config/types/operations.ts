/** A server as a process: as written, and as it runs. */
import type { Duration } from './quantities.ts';

/** The two times of a stop. */
export interface ShutdownConfig {
  /** How long readiness probes say "no" and answers say Connection: close before nothing is accepted any more. Default: 0. */
  lameDuck?: Duration | undefined;
  /** How long requests under way may take behind that. Default: timeouts.stop. */
  grace?: Duration | undefined;
}

export type Application =
  /** Absolute path of the module; `shown` is how the user wrote it. */
  | { kind: 'module'; file: string; shown: string }
  /** The application itself, to run in the calling thread. */
  | { kind: 'inline'; value: unknown };

/** Milliseconds. */
export interface Shutdown {
  lameDuck: number;
  grace: number;
}

/** What concerns a process that is the server's own. */
export interface ProcessSettings {
  /** Absolute path of the control socket, "" for the default one, false for none. */
  control: string | false;
  /** Absolute, "" for none. */
  pidFile: string;
  /** "" stays who it is. */
  user: string;
  group: string;
}
