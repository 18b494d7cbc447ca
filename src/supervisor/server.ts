/**
 * A server from start to stop. Main thread; never on the path of a request.
 *
 *   check -> compile -> front -> rings -> listen -> application ready -> routes -> I/O threads -> (serving)
 *   reload: settings -> new addresses bound -> compile -> new workers ready -> snapshot -> old addresses close, old workers drain
 *   close: front drains -> workers leave -> threads end
 *
 * Clients that connect between listen and the start of the I/O threads wait in the kernel's backlog.
 */
import { isIPv6 } from 'node:net';
import { loadBuilds, type MountBuild, staticDirectories } from '../config/manifest.ts';
import { show } from '../config/text.ts';
import { toNativeOptions } from '../config/to-native.ts';
import type { Application, Config, Duration, Settings } from '../config/types.ts';
import { parseDuration } from '../config/values.ts';
import { ConfigError, FastServeError } from '../errors.ts';
import type { RouteManifest } from '../gateway/contract.ts';
import { purgeWith, type ResponseCache } from '../gateway/purge.ts';
import { STARTED_END } from '../gateway/layout.ts';
import type { NativeAddress, NativeRunningRequest, NativeServer, NativeServerOptions, NativeStats } from '../native/binding.ts';
import { type Attachment, prepareApplication, type RunningApplication, startApplication } from './application.ts';
import { coalesce } from './coalesce.ts';
import { ErrorLog } from './error-log.ts';
import { explainListenError } from './listen-error.ts';
import { Listeners } from './listeners.ts';
import { closingError, inlineError, noApplicationError, noWorkersError, type Reload } from './reload.ts';
import type { Runtime } from './runtime.ts';
import { takeOver } from './settings-change.ts';
import { Shutdown, type ShutdownTimes, stopFront } from './shutdown.ts';
import { slotCount } from './slot-table.ts';
import { openTls, type TlsWatch } from './tls-files.ts';

/** A running server. */
export interface FastServer {
  /** Of the first address: "http://127.0.0.1:8080", "https://127.0.0.1:8443", or "unix:/run/site.sock". */
  readonly url: string;
  /** What is really bound: ports are never 0 here. */
  readonly addresses: readonly NativeAddress[];
  /**
   * Is not ready any more and answers with Connection: close for the time of `lameDuck` (default: shutdown.lameDuck); then stops
   * accepting, lets requests in flight end for at most `grace` (default: shutdown.grace), ends the workers.
   * Resolves when no thread, handle or socket is left. Further calls wait for the same end; with a `grace` they hurry it.
   */
  close(options?: CloseOptions): Promise<void>;
  /**
   * Loads the application's code again, and what `fastserve build` made since, while the old code serves; then requests go to
   * the new one, and the old one finishes what it has begun. With a configuration, that changes at the same moment: addresses,
   * static directories, hosts, limits and times; no connection is touched. Rejects with the reason when something of it cannot
   * be used, and everything stays as it was. Calls while a reload runs share the one that follows, with the last
   * configuration that was given.
   * FastServeError FS_BUNDLE, FS_APP, FS_CONFIG, FS_LISTEN; FS_RELOAD when there is nothing to reload (an inline application
   * without a new configuration), or when the server is closing.
   */
  reload(config?: Config): Promise<Reload>;
  /** Counters since the start. */
  stats(): NativeStats;
  /** The answers that the server has stored. */
  readonly cache: ResponseCache;
  /** Opens the file of the access log again, after it was moved away. No line is lost: those before are in the old file. */
  reopenLog(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface CloseOptions {
  readonly grace?: Duration;
  readonly lameDuck?: Duration;
}

/** Answers every miss with 404 natively: what a server without an application knows. */
const NO_ROUTES: RouteManifest = { routes: [], appendSlash: false, unmatched: 'native' };

/** Workers get at least this long to run their stop hooks, even when the drain used up all the time. */
export const MIN_WORKER_STOP_MS = 1000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Where a reload gets its settings from: those of `config` when it is given. null: those that the server has. */
export type SettingsSource = (config: Config | undefined) => Promise<Settings> | null;

/**
 * As serve(), from settings and parts. Rejects as it does. beforeCode: runs once the addresses are bound, and before anything of the
 * application is compiled or loaded; what it throws ends the start.
 */
export async function startServer(
  settings: Settings,
  runtime: Runtime,
  source: SettingsSource | null = null,
  beforeCode: (() => void) | null = null,
): Promise<RunningServer> {
  const log = new ErrorLog(settings.log.level);
  const builds = await loadBuilds(settings.mounts);
  const prepare = async () => (settings.app === null ? null : prepareApplication(settings.app, settings.workers, runtime));
  // Where it can be, code that does not compile is found before anybody connects.
  let prepared = beforeCode === null ? await prepare() : null;
  const options = toNativeOptions(settings, slotCount(settings.workers), builds);
  const front = explained(() => new runtime.native.Server(options));
  let application: RunningApplication | null = null;
  let tls: TlsWatch | null = null;
  try {
    const rings = giveRings(front, options, runtime);
    tls = await openTls(settings, front, log);
    const addresses = await listen(front);
    if (beforeCode !== null) {
      beforeCode();
      prepared = await prepare();
    }
    if (prepared === null) {
      setRoutes(front, NO_ROUTES, 1, 1);
    } else {
      const first = { prepared, staticDirectories: staticDirectories(settings.mounts, builds) };
      application = await startApplication(first, attachmentOf(front, rings, options.slots), settings, runtime, log);
    }
    explained(() => front.start());
    return new RunningServer({ settings, builds, options, front, application, addresses, log, tls, runtime, source });
  } catch (error) {
    tls?.stop();
    await stopFront(front, 0);
    await application?.stop(MIN_WORKER_STOP_MS);
    throw error;
  }
}

/** Makes the memory of the rings and hands it to the front. */
export function giveRings(front: NativeServer, { ioThreads, slots }: NativeServerOptions, runtime: Runtime): Uint8Array[] {
  const rings = Array.from({ length: ioThreads * slots }, () => new Uint8Array(new SharedArrayBuffer(runtime.ringBytes)));
  front.setRings(rings);
  return rings;
}

export function attachmentOf(front: NativeServer, rings: Uint8Array[], slots: number): Attachment {
  const startedAt = rings.map((ring) => new Uint32Array(ring.buffer, ring.byteOffset + STARTED_END, 1));
  // Each is a position of a ring: the sum changes when one of them does.
  const marks = (slot: number) => startedAt.reduce((sum, mark, index) => (index % slots === slot ? sum + (mark[0] as number) : sum), 0);
  return {
    serverId: front.id,
    slots,
    rings,
    answered: (slot) => front.stats().workers[slot]?.answered ?? 0,
    pulse: (slot) => ({ turned: front.probeSlot(slot), started: marks(slot), overdue: front.overdue(slot) }),
    drain: (slot) => front.drainSlot(slot),
    publish: (manifest, generation, workers, options) => setRoutes(front, manifest, generation, workers, options),
  };
}

/** Runs a step that opens directories, or needs descriptors or threads. */
export function explained<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'FASTSERVE_MOUNT') throw new FastServeError('FS_CONFIG', `static: ${message}. Let this user enter the directory, or choose another root.`, { cause: error });
    if (code === 'FASTSERVE_UPSTREAM_TLS') {
      const { upstream } = error as { upstream?: string };
      throw new FastServeError('FS_CONFIG', `upstreams.${upstream}.tls: ${message}. Correct its ca, cert and key, which are PEM files.`, { cause: error });
    }
    if (code !== 'FASTSERVE_SYSTEM') throw error;
    throw new FastServeError('FS_SYSTEM', `the system has not enough for the server: ${message}. Raise its limits (ulimit -n, ulimit -u), or end what uses them up.`, { cause: error });
  }
}

async function listen(front: NativeServer): Promise<NativeAddress[]> {
  try {
    return front.listen();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'FASTSERVE_LOG') throw new FastServeError('FS_CONFIG', `log.path: ${message}. Choose a file that this user may write.`, { cause: error });
    throw await explainListenError(error as Error);
  }
}

function setRoutes(front: NativeServer, manifest: RouteManifest | null, generation: number, workers: number, options?: NativeServerOptions): void {
  try {
    explained(() => front.setRoutes(manifest, generation, workers, options));
  } catch (error) {
    if (error instanceof FastServeError) throw error;
    throw new FastServeError('FS_APP', `the URLconf cannot be served: ${(error as Error).message}`, { cause: error });
  }
}

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
  readonly #listeners: Listeners;
  readonly #shutdown: Shutdown;
  readonly #coalesced: () => Promise<Reload>;
  /** I/O threads do not count as work for Node: without a worker the process would end. */
  readonly #keepAlive: NodeJS.Timeout;
  #settings: Settings;
  #builds: readonly (MountBuild | null)[];
  /** What the front runs on. */
  #options: NativeServerOptions;
  /** For the next reload. */
  #config: Config | undefined;
  #ready = true;
  #closed: Promise<void> | null = null;
  /** Settles with the reload that was begun last; never rejects. */
  #reloading: Promise<void> = Promise.resolve();

  /** Takes over a front that was started. */
  constructor({ settings, builds, options, front, application, addresses, log, tls, runtime, source }: ServerParts) {
    this.#settings = settings;
    this.#builds = builds;
    this.#options = options;
    this.application = application;
    this.log = log;
    this.#front = front;
    this.#tls = tls;
    this.#runtime = runtime;
    this.cache = { purge: (what) => purgeWith((kind, text) => runtime.native.purge(front.id, kind, text), what) };
    this.#source = source;
    this.#shutdown = new Shutdown(front);
    this.#listeners = new Listeners(front, tls, log, settings.listen, addresses);
    this.#coalesced = coalesce(() => {
      const reload = this.#reloading.then(() => this.#reload());
      this.#reloading = reload.then(() => {}, () => {});
      return reload;
    });
    this.#keepAlive = setInterval(() => {}, LONGEST_TIMER_MS);
  }

  get url(): string {
    return addressUrl(this.addresses[0] ?? {});
  }
  get addresses(): readonly NativeAddress[] {
    return this.#listeners.addresses;
  }
  /** Those that it runs on: what waits for a restart is not among them. */
  get settings(): Settings {
    return this.#settings;
  }
  /** By mount; null for those without a build. */
  get builds(): readonly (MountBuild | null)[] {
    return this.#builds;
  }

  stats(): NativeStats {
    return this.#front.stats();
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
   * Brings the number of worker threads to this one, at least 1; reloads keep it. Resolves when they are ready. Rejects with
   * FastServeError FS_RELOAD when there are no places for so many, or no workers at all, and with the application's own error.
   */
  scale(workers: number): Promise<void> {
    const scaled = this.#reloading.then(() => this.#scale(workers));
    this.#reloading = scaled.catch(() => {});
    return scaled;
  }

  async #scale(workers: number): Promise<void> {
    const { application } = this;
    if (application === null || application.scale === null) throw noWorkersError();
    if (this.#closed !== null) throw closingError();
    try {
      await application.scale(Math.max(1, workers));
      this.#settings = { ...this.#settings, workers: Math.max(1, workers) };
    } catch (error) {
      this.#settings = { ...this.#settings, workers: application.workers };
      throw error;
    }
  }

  /** Ends the worker's thread at once; another one starts in its place. False when there is no such worker. */
  killWorker(slot: number): boolean {
    return this.application?.kill(slot) ?? false;
  }

  async close({ grace, lameDuck }: CloseOptions = {}): Promise<void> {
    const { shutdown } = this.settings;
    const graceMs = durationOf('grace', grace ?? shutdown.grace);
    const lameDuckMs = durationOf('lameDuck', lameDuck ?? shutdown.lameDuck);
    if (this.#closed !== null && grace !== undefined) this.#shutdown.hurry(graceMs);
    this.#closed ??= this.#close({ lameDuckMs, graceMs });
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  reload(config?: Config): Promise<Reload> {
    this.#config = config ?? this.#config;
    return this.#coalesced();
  }

  async #reload(): Promise<Reload> {
    const began = performance.now();
    const wanted = this.#source?.(this.#config) ?? null;
    this.#config = undefined;
    if (wanted === null && this.application === null) throw noApplicationError();
    if (wanted === null && this.application?.replace === null) throw inlineError();
    if (this.#closed !== null) throw closingError();
    const { settings, restart } = wanted === null ? { settings: this.#settings, restart: [] } : takeOver(this.#settings, await wanted);
    const change = await this.#listeners.prepare(settings.listen);
    try {
      await this.#replace(settings);
    } catch (error) {
      change.undo();
      throw error;
    }
    await change.commit();
    this.#settings = { ...settings, listen: this.#listeners.wanted };
    this.log.level = settings.log.level;
    const { generation } = this.application ?? { generation: 0 };
    return { generation, workers: settings.workers, ms: Math.round(performance.now() - began), restart: [...restart, ...change.refused] };
  }

  /** New code and a new snapshot. */
  async #replace(settings: Settings): Promise<void> {
    const builds = await loadBuilds(settings.mounts);
    const wanted = toNativeOptions(settings, this.#options.slots, builds);
    // The caches of files stay warm when nothing of theirs has changed.
    const options = JSON.stringify(wanted) === JSON.stringify(this.#options) ? undefined : wanted;
    const { application } = this;
    const replace = application?.replace ?? null;
    const prepared = replace === null ? null : await prepareApplication(settings.app as Application, settings.workers, this.#runtime);
    if (this.#closed !== null) throw closingError();
    if (prepared !== null) {
      await application?.replace?.({ prepared, staticDirectories: staticDirectories(settings.mounts, builds), ...(options && { options }) }, settings);
    } else if (options !== undefined) {
      setRoutes(this.#front, application === null ? NO_ROUTES : application.manifest, application?.generation ?? 1, 1, options);
    }
    this.#builds = builds;
    this.#options = wanted;
  }

  async #close(times: ShutdownTimes): Promise<void> {
    this.#tls.stop();
    const restMs = await this.#shutdown.run(times);
    await this.application?.stop(Math.max(MIN_WORKER_STOP_MS, restMs));
    await this.#reloading;
    clearInterval(this.#keepAlive);
  }
}

function durationOf(path: keyof CloseOptions, given: Duration): number {
  const milliseconds = parseDuration(given);
  if (milliseconds !== undefined) return milliseconds;
  throw new ConfigError('close()', [{ path, text: `got ${show(given)}, expected a time. Write milliseconds or text such as "10s".` }]);
}

/** The address as a client on this machine writes it: wildcard addresses become loopback. */
export function addressUrl({ unix, host = '', port, tls }: NativeAddress): string {
  if (unix !== undefined) return `unix:${unix}`;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${tls ? 'https' : 'http'}://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}
