/**
 * A server from start to stop. Main thread; never on the path of a request.
 *
 *   check -> compile -> front -> rings -> listen -> application ready -> routes -> I/O threads -> (serving)
 *   close: front drains -> workers leave -> threads end
 *
 * Clients that connect between listen and the start of the I/O threads wait in the kernel's backlog.
 */
import { isIPv6 } from 'node:net';
import { loadBuilds, type MountBuild, staticDirectories } from '../config/manifest.ts';
import { show } from '../config/text.ts';
import { toNativeOptions } from '../config/to-native.ts';
import type { Duration, Settings } from '../config/types.ts';
import { parseDuration } from '../config/values.ts';
import { ConfigError, FastServeError } from '../errors.ts';
import type { RouteManifest, StaticDirectory } from '../gateway/contract.ts';
import type { NativeAddress, NativeServer, NativeServerOptions, NativeStats } from '../native/binding.ts';
import { type Attachment, prepareApplication, type RunningApplication, startApplication } from './application.ts';
import { ErrorLog } from './error-log.ts';
import { explainListenError } from './listen-error.ts';
import type { Runtime } from './runtime.ts';
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
  /** Counters since the start. */
  stats(): NativeStats;
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
  const options = toNativeOptions(settings, builds);
  const front = explained(() => new runtime.native.Server(options));
  let application: RunningApplication | null = null;
  let tls: TlsWatch | null = null;
  try {
    const rings = giveRings(front, options, runtime);
    tls = await openTls(settings, front, log);
    const addresses = await listen(front);
    if (prepared !== null) {
      application = await startApplication(prepared, attachmentOf(front, rings, staticDirectories(settings.mounts, builds)), settings, runtime, log);
    }
    setRoutes(front, application === null ? NO_ROUTES : application.manifest);
    explained(() => front.start());
    return new RunningServer({ settings, builds, front, application, addresses, log, tls });
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

export function attachmentOf(front: NativeServer, rings: Uint8Array[], directories: StaticDirectory[]): Attachment {
  return {
    serverId: front.id,
    rings,
    answered: (slot) => front.stats().workers[slot]?.answered ?? 0,
    turns: (slot) => front.probeSlot(slot),
    staticDirectories: directories,
  };
}

/** Runs a step that opens directories, or needs descriptors or threads. */
export function explained<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'FASTSERVE_MOUNT') throw new FastServeError('FS_CONFIG', `static: ${message}. Let this user enter the directory, or choose another root.`, { cause: error });
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

export function setRoutes(front: NativeServer, manifest: RouteManifest | null): void {
  try {
    front.setRoutes(manifest);
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
  readonly #front: NativeServer;
  readonly #tls: TlsWatch;
  /** I/O threads do not count as work for Node: without a worker the process would end. */
  readonly #keepAlive: NodeJS.Timeout;
  #closed: Promise<void> | null = null;

  /** Takes over a front that was started. */
  constructor({ settings, builds, front, application, addresses, log, tls }: ServerParts) {
    this.settings = settings;
    this.builds = builds;
    this.application = application;
    this.addresses = addresses;
    this.log = log;
    this.url = addressUrl(addresses[0] ?? {});
    this.#front = front;
    this.#tls = tls;
    this.#keepAlive = setInterval(() => {}, LONGEST_TIMER_MS);
  }

  stats(): NativeStats {
    return this.#front.stats();
  }

  async close(options: { grace?: Duration } = {}): Promise<void> {
    this.#closed ??= this.#close(graceMilliseconds(options.grace ?? this.settings.timeouts.stop));
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(graceMs: number): Promise<void> {
    const began = performance.now();
    this.#tls.stop();
    await stopFront(this.#front, graceMs);
    const restMs = graceMs - (performance.now() - began);
    await this.application?.stop(Math.max(MIN_WORKER_STOP_MS, restMs));
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
