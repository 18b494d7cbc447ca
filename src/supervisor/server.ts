/**
 * A server from start to stop. Main thread; never on the path of a request.
 *
 *   check -> compile -> front -> rings -> listen -> application ready -> routes -> I/O threads -> (serving)
 *   reload: compile -> new workers ready -> routes -> old workers drain
 *   close: front drains -> workers leave -> threads end
 *
 * Clients that connect between listen and the start of the I/O threads wait in the kernel's backlog.
 */
import { isIPv6 } from 'node:net';
import { loadBuilds, type MountBuild, staticDirectories } from '../config/manifest.ts';
import { show } from '../config/text.ts';
import { toNativeOptions } from '../config/to-native.ts';
import type { Application, Duration, Settings } from '../config/types.ts';
import { parseDuration } from '../config/values.ts';
import { ConfigError, FastServeError } from '../errors.ts';
import type { RouteManifest } from '../gateway/contract.ts';
import type { NativeAddress, NativeServer, NativeServerOptions, NativeStats } from '../native/binding.ts';
import { type Attachment, prepareApplication, type RunningApplication, startApplication } from './application.ts';
import { coalesce } from './coalesce.ts';
import { ErrorLog } from './error-log.ts';
import { explainListenError } from './listen-error.ts';
import { closingError, inlineError, noApplicationError, type Reload } from './reload.ts';
import type { Runtime } from './runtime.ts';
import { slotCount } from './slot-table.ts';
import { openTls, type TlsWatch } from './tls-files.ts';

/** A running server. */
export interface FastServer {
  /** Of the first address: "http://127.0.0.1:8080", "https://127.0.0.1:8443", or "unix:/run/site.sock". */
  readonly url: string;
  /** What is really bound: ports are never 0 here. */
  readonly addresses: readonly NativeAddress[];
  /**
   * Stops accepting, lets requests in flight end for at most `grace` (default: timeouts.stop), ends the workers.
   * Resolves when no thread, handle or socket is left. Further calls wait for the same end, whatever their grace.
   */
  close(options?: { grace?: Duration }): Promise<void>;
  /**
   * Loads the application's code again, and what `fastserve build` made since, while the old code serves; then requests go to
   * the new one, and the old one finishes what it has begun. Rejects with the reason when the new code cannot be used, and
   * the old one goes on. Calls while a reload runs share the one that follows.
   * FastServeError FS_BUNDLE, FS_APP, FS_CONFIG; FS_RELOAD for an inline application, or when the server is closing.
   */
  reload(): Promise<Reload>;
  /** Counters since the start. */
  stats(): NativeStats;
  /** Opens the file of the access log again, after it was moved away. No line is lost: those before are in the old file. */
  reopenLog(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Answers every miss with 404 natively: what a server without an application knows. */
const NO_ROUTES: RouteManifest = { routes: [], appendSlash: false, unmatched: 'native' };

/** Workers get at least this long to run their stop hooks, even when the drain used up all the time. */
export const MIN_WORKER_STOP_MS = 1000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** As serve(), from settings and parts. Rejects as it does. */
export async function startServer(settings: Settings, runtime: Runtime): Promise<RunningServer> {
  const log = new ErrorLog(settings.log.level);
  const builds = await loadBuilds(settings.mounts);
  const prepared = settings.app === null ? null : await prepareApplication(settings.app, settings.workers, runtime);
  const options = toNativeOptions(settings, slotCount(settings.workers), builds);
  const front = explained(() => new runtime.native.Server(options));
  let application: RunningApplication | null = null;
  let tls: TlsWatch | null = null;
  try {
    const rings = giveRings(front, options, runtime);
    tls = await openTls(settings, front, log);
    const addresses = await listen(front);
    if (prepared === null) {
      setRoutes(front, NO_ROUTES, 1, 1);
    } else {
      const source = { prepared, staticDirectories: staticDirectories(settings.mounts, builds) };
      application = await startApplication(source, attachmentOf(front, rings, options.slots), settings, runtime, log);
    }
    explained(() => front.start());
    return new RunningServer({ settings, builds, front, application, addresses, log, tls, runtime });
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
  return {
    serverId: front.id,
    slots,
    rings,
    answered: (slot) => front.stats().workers[slot]?.answered ?? 0,
    turns: (slot) => front.probeSlot(slot),
    drain: (slot) => front.drainSlot(slot),
    publish: (manifest, generation, workers) => setRoutes(front, manifest, generation, workers),
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

function setRoutes(front: NativeServer, manifest: RouteManifest | null, generation: number, workers: number): void {
  try {
    front.setRoutes(manifest, generation, workers);
  } catch (error) {
    throw new FastServeError('FS_APP', `the URLconf cannot be served: ${(error as Error).message}`, { cause: error });
  }
}

export function stopFront(front: NativeServer, graceMs: number): Promise<void> {
  return new Promise((resolve) => front.stop(graceMs, resolve));
}

interface ServerParts {
  settings: Settings;
  builds: (MountBuild | null)[];
  front: NativeServer;
  application: RunningApplication | null;
  addresses: NativeAddress[];
  log: ErrorLog;
  tls: TlsWatch;
  runtime: Runtime;
}

/** The server behind the public interface, with what the command line shows of it. */
export class RunningServer implements FastServer {
  readonly url: string;
  readonly addresses: readonly NativeAddress[];
  readonly settings: Settings;
  /** By mount; null for those without a build. */
  readonly builds: readonly (MountBuild | null)[];
  readonly application: RunningApplication | null;
  readonly log: ErrorLog;
  /** See FastServer.reload. */
  readonly reload: () => Promise<Reload>;
  readonly #front: NativeServer;
  readonly #tls: TlsWatch;
  readonly #runtime: Runtime;
  /** I/O threads do not count as work for Node: without a worker the process would end. */
  readonly #keepAlive: NodeJS.Timeout;
  #closed: Promise<void> | null = null;
  /** Settles with the reload that was begun last; never rejects. */
  #reloading: Promise<void> = Promise.resolve();

  /** Takes over a front that was started. */
  constructor({ settings, builds, front, application, addresses, log, tls, runtime }: ServerParts) {
    this.settings = settings;
    this.builds = builds;
    this.application = application;
    this.addresses = addresses;
    this.log = log;
    this.url = addressUrl(addresses[0] ?? {});
    this.#front = front;
    this.#tls = tls;
    this.#runtime = runtime;
    this.reload = coalesce(() => {
      const reload = this.#reload();
      this.#reloading = reload.then(() => {}, () => {});
      return reload;
    });
    this.#keepAlive = setInterval(() => {}, LONGEST_TIMER_MS);
  }

  stats(): NativeStats {
    return this.#front.stats();
  }

  reopenLog(): void {
    this.#front.reopenLog();
  }

  /** What readiness probes hear, as far as it does not depend on workers; true at first. */
  setReady(ready: boolean): void {
    this.#front.setReady(ready);
  }

  async close(options: { grace?: Duration } = {}): Promise<void> {
    this.#closed ??= this.#close(graceMilliseconds(options.grace ?? this.settings.timeouts.stop));
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #reload(): Promise<Reload> {
    const began = performance.now();
    const { application, settings } = this;
    if (application === null) throw noApplicationError();
    if (application.replace === null) throw inlineError();
    if (this.#closed !== null) throw closingError();
    // Where a mount had no build at the start, the front knows none: its files keep their own names.
    const builds = (await loadBuilds(settings.mounts)).map((build, index) => (this.builds[index] === null ? null : build));
    const prepared = await prepareApplication(settings.app as Application, settings.workers, this.#runtime);
    if (this.#closed !== null) throw closingError();
    await application.replace({ prepared, staticDirectories: staticDirectories(settings.mounts, builds) });
    return { generation: application.generation, workers: settings.workers, ms: Math.round(performance.now() - began) };
  }

  async #close(graceMs: number): Promise<void> {
    const began = performance.now();
    this.#tls.stop();
    await stopFront(this.#front, graceMs);
    const restMs = graceMs - (performance.now() - began);
    await this.application?.stop(Math.max(MIN_WORKER_STOP_MS, restMs));
    await this.#reloading;
    clearInterval(this.#keepAlive);
  }
}

function graceMilliseconds(grace: Duration): number {
  const milliseconds = parseDuration(grace);
  if (milliseconds !== undefined) return milliseconds;
  throw new ConfigError('close()', [{ path: 'grace', text: `got ${show(grace)}, expected a time. Write milliseconds or text such as "10s".` }]);
}

/** The address as a client on this machine writes it: wildcard addresses become loopback. */
export function addressUrl({ unix, host = '', port, tls }: NativeAddress): string {
  if (unix !== undefined) return `unix:${unix}`;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${tls ? 'https' : 'http'}://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}
