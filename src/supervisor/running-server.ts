/** A server while it serves: statistics, reload, scale, close. Main thread; never on the path of a request. */
import type { AdminSource } from '../admin/source.ts';
import type { MountBuild } from '../config/manifest.ts';
import { DEFAULT_POOL } from '../config/types/pools.ts';
import { show } from '../config/values/show.ts';
import type { Config, Duration, Settings } from '../config/types.ts';
import { parseDuration } from '../config/values/numbers.ts';
import { ConfigError } from '../errors.ts';
import { purgeWith, type ResponseCache } from '../gateway/purge.ts';
import { type ServerStats, withGauges } from '../gateway/server-stats.ts';
import { UNKNOWN_GAUGES } from '../gateway/worker/gauges.ts';
import type { NativeAddress, NativePoolStats, NativeRunningRequest, NativeServer, NativeServerOptions } from '../native/binding.ts';
import { addressUrl } from './listen/address-url.ts';
import type { RunningApplication } from './application.ts';
import { coalesce } from './reload/coalesce.ts';
import type { ErrorLog } from './error-log.ts';
import { Listeners } from './listen/listeners.ts';
import type { Reload } from './reload/outcome.ts';
import { Reloader } from './reload/reloader.ts';
import { Scaling } from './reload/scaling.ts';
import { Turns } from './reload/turns.ts';
import type { Runtime } from './runtime.ts';
import type { Closed, CloseOptions, FastServer } from './server.ts';
import { MIN_WORKER_STOP_MS, Shutdown, type ShutdownTimes } from './shutdown.ts';
import type { SideServers, StartServer } from './side-servers.ts';
import type { TlsWatch } from './listen/tls-files.ts';
import type { UpstreamControl } from './upstreams/control.ts';
import { Upstreams } from './upstreams.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Where a reload gets its settings from: those of `config` when it is given. null: those that the server has. */
export type SettingsSource = (config: Config | undefined) => Promise<Settings> | null;

interface ServerParts {
  settings: Settings;
  builds: readonly (MountBuild | null)[];
  options: NativeServerOptions;
  front: NativeServer;
  application: RunningApplication | null;
  addresses: NativeAddress[];
  log: ErrorLog;
  tls: TlsWatch;
  runtime: Runtime;
  source: SettingsSource | null;
}

/** The server behind the public interface, with what the command line shows of it. */
export class RunningServer implements FastServer {
  readonly application: RunningApplication | null;
  readonly log: ErrorLog;
  readonly cache: ResponseCache;
  readonly #front: NativeServer;
  readonly #tls: TlsWatch;
  readonly #runtime: Runtime;
  readonly #source: SettingsSource | null;
  readonly #reloader: Reloader;
  readonly #listeners: Listeners;
  readonly #upstreams: Upstreams;
  readonly #shutdown: Shutdown;
  readonly #scaling: Scaling;
  readonly #turns = new Turns();
  readonly #coalesced: () => Promise<Reload>;
  /** I/O threads do not count as work for Node: without a worker the process would end. */
  readonly #keepAlive: NodeJS.Timeout;
  #side: SideServers | null = null;
  readonly #startedAt = Date.now();
  /** For the next reload. */
  #config: Config | undefined;
  #ready = true;
  #closed: Promise<Closed> | null = null;

  /** Takes over a front that was started. */
  constructor({ settings, builds, options, front, application, addresses, log, tls, runtime, source }: ServerParts) {
    this.application = application;
    this.log = log;
    this.#front = front;
    this.#tls = tls;
    this.#runtime = runtime;
    this.cache = { purge: (what) => purgeWith((kind, text) => runtime.native.purge(front.id, kind, text), what) };
    this.#source = source;
    this.#upstreams = new Upstreams(front, settings.upstreams, log);
    this.#shutdown = new Shutdown(front);
    this.#listeners = new Listeners(front, tls, log, settings.listen, addresses);
    const isClosing = () => this.#closed !== null;
    this.#reloader = new Reloader({ settings, builds, options, front, application, log, runtime, listeners: this.#listeners, upstreams: this.#upstreams, isClosing });
    this.#coalesced = coalesce(() => this.#turns.take(() => this.#reload()));
    this.#scaling = new Scaling({ front, application, reloader: this.#reloader, turns: this.#turns, isClosing, log });
    this.#keepAlive = setInterval(() => {}, LONGEST_TIMER_MS);
  }

  /** The listeners beside the site that the settings ask for. Once, behind the start; nothing is left running when it rejects. */
  async openSides(start: StartServer): Promise<void> {
    if (this.settings.admin === null && this.settings.metrics === null) return;
    const front = this.#front;
    const { application } = this;
    const source: AdminSource = {
      stats: () => this.stats(),
      metrics: () => front.metrics(),
      traces: (after) => front.traces(after),
      running: () => this.runningRequests(),
      upstreams: () => this.#upstreams.list(),
      get generation() {
        return application?.generation ?? 0;
      },
      startedAt: this.#startedAt,
    };
    try {
      const { startSideServers } = await import('./side-servers.ts');
      this.#side = await startSideServers(this.settings, source, this.#runtime, start);
    } catch (error) {
      await this.close({ grace: 0 });
      throw error;
    }
  }

  /** Of the admin page and of the metrics, null where there is none. */
  get adminUrl(): string | null {
    return this.#side?.adminUrl ?? null;
  }
  get metricsUrl(): string | null {
    return this.#side?.metricsUrl ?? null;
  }
  get url(): string {
    return addressUrl(this.addresses[0] ?? {});
  }
  get addresses(): readonly NativeAddress[] {
    return this.#listeners.addresses;
  }
  /** Those that it runs on: what waits for a restart is not among them. */
  get settings(): Settings {
    return this.#reloader.settings;
  }
  /** By mount; null for those without a build. */
  get builds(): readonly (MountBuild | null)[] {
    return this.#reloader.builds;
  }

  stats(): ServerStats {
    return withGauges(this.#front.stats(), (slot) => this.application?.gauges(slot) ?? UNKNOWN_GAUGES);
  }

  upstream(name: string): UpstreamControl {
    return this.#upstreams.find(name);
  }
  get upstreams(): readonly string[] {
    return this.#upstreams.names;
  }

  reopenLog(): void {
    this.#front.reopenLog();
  }

  /** What readiness probes hear, as far as it does not depend on workers; true at first. */
  setReady(ready: boolean): void {
    this.#ready = ready;
    this.#front.setReady(ready);
  }
  get ready(): boolean {
    return this.#ready && this.#closed === null;
  }

  /** What workers have and have not answered, oldest first in each. Resolves after a turn of every I/O thread. */
  runningRequests(): Promise<NativeRunningRequest[]> {
    return new Promise((resolve) => this.#front.runningRequests(resolve));
  }

  /**
   * Brings the number of worker threads of a pool to this one, at least 1; reloads keep it. Resolves when they are ready. Rejects
   * with FastServeError FS_RELOAD when there are no places for so many, no such pool, or no workers at all, and with the
   * application's own error. A pool that follows its line keeps this number from then on; "auto" lets it follow again.
   */
  async scale(workers: number | 'auto', pool: string = DEFAULT_POOL): Promise<void> {
    await this.#scaling.scale(workers, pool);
  }

  /** What the pools have to do; those that do not follow their lines, by an operator's word, are pinned. */
  poolStats(): (NativePoolStats & { pinned: boolean })[] {
    return this.#scaling.stats();
  }

  /** Ends the worker's thread at once; another one starts in its place. False when there is no such worker. */
  killWorker(slot: number): boolean {
    return this.application?.kill(slot) ?? false;
  }

  /** Ends connections between two requests, or all of them with what they have under way: soon, not before this returns. */
  closeConnections(which: 'idle' | 'all'): void {
    this.#front.closeConnections(which === 'idle');
  }

  async close({ grace, lameDuck }: CloseOptions = {}): Promise<Closed> {
    const { shutdown } = this.settings;
    const graceMs = durationOf('grace', grace ?? shutdown.grace);
    const lameDuckMs = durationOf('lameDuck', lameDuck ?? shutdown.lameDuck);
    if (this.#closed !== null && grace !== undefined) this.#shutdown.hurry(graceMs);
    this.#closed ??= this.#close({ lameDuckMs, graceMs });
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  reload(config?: Config): Promise<Reload> {
    this.#config = config ?? this.#config;
    return this.#coalesced();
  }

  #reload(): Promise<Reload> {
    const wanted = this.#source?.(this.#config) ?? null;
    this.#config = undefined;
    return this.#reloader.reload(wanted);
  }

  async #close(times: ShutdownTimes): Promise<Closed> {
    this.#tls.stop();
    this.#upstreams.stop();
    this.#scaling.stop();
    const restMs = await this.#shutdown.run(times);
    await this.application?.stop(Math.max(MIN_WORKER_STOP_MS, restMs));
    await this.#turns.over();
    await this.#side?.close();
    clearInterval(this.#keepAlive);
    const { stopDrained, stopCut } = this.#front.stats();
    return { drained: stopDrained, cut: stopCut };
  }
}

function durationOf(path: keyof CloseOptions, given: Duration): number {
  const milliseconds = parseDuration(given);
  if (milliseconds !== undefined) return milliseconds;
  throw new ConfigError('close()', [{ path, text: `got ${show(given)}, expected a time. Write milliseconds or text such as "10s".` }]);
}
