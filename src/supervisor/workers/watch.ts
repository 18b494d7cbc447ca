/**
 * Watches one worker from its first request to its end: a worker that stands still is reported, then ended. Main thread.
 *
 * A worker whose answers cannot be read (native/queue/README.md, Q13) is ended at the next look.
 *
 * Standing still is: the event loop does not turn and no request is started. It is ended when that has lasted for
 * timeouts.request, or sooner when meanwhile a request has passed a limit of its own.
 */
import { FastServeError } from '../../errors.ts';
import { monotonicMs } from '../../gateway/clock.ts';
import type { RouteManifest } from '../../gateway/contract.ts';
import type { StuckReport } from './stuck-report.ts';

/** What can be seen of a worker from outside. */
export interface Pulse {
  /** Whether its event loop has turned since the last look; asks it again. */
  readonly turned: boolean;
  /** Changes when it starts a request. */
  readonly started: number;
  /** How often a request in it was found past its limit, ever. */
  readonly overdue: number;
  /** Whether what it publishes cannot be read any more. */
  readonly broken: boolean;
}

export interface WatchOptions {
  readonly pulse: () => Pulse;
  /** timeouts.request; 0: none. */
  readonly stuckMs: number;
  /** The limits of routes. */
  readonly manifest: RouteManifest | null;
  /** Says what it is stuck in. */
  readonly report: StuckReport;
  /** Called once, with the reason to end it. */
  readonly onStuck: (reason: FastServeError) => void;
  /** Called at each look, once a second or more often. */
  readonly onLook: () => void;
}

const LOOKS_PER_LIMIT = 10;
const SHORTEST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 1000;
/** A worker with a request past its limit has this long to show that it moves. */
const GRACE_MS = 100;

export class WorkerWatch {
  readonly #options: WatchOptions;
  readonly #timer: NodeJS.Timeout;
  #started = -1;
  #overdue: number;
  #movedAt = monotonicMs();
  /** When it was found late since it moved last. */
  #lateAt: number | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#overdue = options.pulse().overdue;
    this.#timer = setInterval(() => this.#look(), intervalFor(options));
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#options.onLook();
    const { turned, started, overdue, broken } = this.#options.pulse();
    if (broken) {
      this.stop();
      return this.#options.onStuck(new FastServeError('FS_APP', 'its answers could not be read: memory between it and the server was overwritten, by native code or through a view of memory that is not the application\'s.'));
    }
    const now = monotonicMs();
    if (turned || started !== this.#started) {
      this.#started = started;
      this.#movedAt = now;
      this.#lateAt = undefined;
      this.#options.report.moved();
    } else if (overdue !== this.#overdue) {
      this.#lateAt ??= now;
    }
    this.#overdue = overdue;
    const { stuckMs, report } = this.#options;
    report.stands(now - this.#movedAt);
    if (stuckMs > 0 && now - this.#movedAt >= stuckMs) this.#end(`its event loop stood still for ${stuckMs} ms (timeouts.request)`);
    else if (this.#lateAt !== undefined && now - this.#lateAt >= GRACE_MS) this.#end('its event loop stands still, with a request past its time limit');
  }

  #end(what: string): void {
    this.stop();
    const { report, onStuck } = this.#options;
    void report.last().then((last) => onStuck(new FastServeError('FS_APP', `${what}: a view loops or blocks.${last}`)));
  }
}

function intervalFor({ stuckMs, manifest, report }: WatchOptions): number {
  const limits = [stuckMs, report.firstMs, ...(manifest?.routes ?? []).map(({ policy }) => policy?.timeout ?? 0)].filter((limit) => limit > 0);
  const shortest = Math.min(...limits, LONGEST_LOOK_MS * LOOKS_PER_LIMIT);
  return Math.max(SHORTEST_LOOK_MS, shortest / LOOKS_PER_LIMIT);
}
