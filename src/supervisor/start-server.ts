/**
 * A server from start to stop. Main thread; never on the path of a request.
 *
 *   check -> front -> rings -> listen -> I/O threads -> compile -> application ready -> routes -> (serving)
 *   reload: settings -> new addresses bound -> compile -> new workers ready -> snapshot -> old addresses close, old workers drain
 *   close: front drains -> workers leave -> threads end
 *
 * While the application loads, files are answered and requests for views wait. Without `acceptWhileLoading` the I/O threads come
 * last: clients that connect before wait in the kernel's backlog, and code that does not compile is found before they can.
 *
 * DESIGN: what is needed only behind the first answer of a file is loaded behind it.
 */
import { loadBuilds, staticDirectories } from '../config/manifest.ts';
import { toNativeOptions } from '../config/to-native.ts';
import type { Settings } from '../config/types.ts';
import type { NativeServer } from '../native/binding.ts';
import type { PreparedApplication, RunningApplication } from './application.ts';
import { ErrorLog } from './error-log.ts';
import { attachmentOf, explained, giveRings, listen, NO_ROUTES, setRoutes } from './front.ts';
import type { RunningServer, SettingsSource } from './running-server.ts';
import type { Runtime } from './runtime.ts';
import { MIN_WORKER_STOP_MS, stopFront } from './shutdown.ts';
import { slotCounts } from './workers/slot-table.ts';
import type { ThreadSource } from './workers/thread-source.ts';
import { openTls, type TlsWatch } from './listen/tls-files.ts';

/** Of the routes that send every request to an application which is still loaded. Those of applications count from 1. */
const LOADING = 0;

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
  const isEarly = settings.app?.kind === 'module' && settings.acceptWhileLoading && !settings.direct;
  const compiled = isEarly || beforeCode !== null ? null : await prepare(settings, runtime);
  const options = toNativeOptions(settings, slotCounts(settings.pools), builds);
  const front = explained(() => new runtime.native.Server(options));
  let application: RunningApplication | null = null;
  let tls: TlsWatch | null = null;
  let threads: ThreadSource | undefined;
  try {
    const rings = giveRings(front, options, runtime);
    tls = await openTls(settings, front, log);
    const addresses = await listen(front);
    beforeCode?.();
    if (isEarly) {
      acceptEarly(front, settings);
      threads = await beginThreads(settings, runtime);
    }
    const prepared = compiled ?? (await prepare(settings, runtime));
    if (prepared === null) {
      setRoutes(front, NO_ROUTES, 1, [1]);
    } else {
      const { startApplication } = await import('./application.ts');
      const first = { prepared, staticDirectories: staticDirectories(settings.mounts, builds) };
      application = await startApplication(first, attachmentOf(front, rings, options), settings, runtime, log, threads);
    }
    if (!isEarly) explained(() => front.start());
    return await serving({ settings, builds, options, front, application, addresses, log, tls, runtime, source });
  } catch (error) {
    tls?.stop();
    await stopFront(front, 0);
    await application?.stop(MIN_WORKER_STOP_MS);
    await threads?.close();
    throw error;
  }
}

async function prepare({ app, workers }: Settings, runtime: Runtime): Promise<PreparedApplication | null> {
  if (app === null) return null;
  const { prepareApplication } = await import('./application.ts');
  return prepareApplication(app, workers, runtime);
}

/** Begins to answer what needs no application. Every other request is for whichever application comes, and waits for it. */
function acceptEarly(front: NativeServer, { pools }: Settings): void {
  const workers = pools.length === 0 ? [1] : pools.map((pool) => pool.workers);
  setRoutes(front, null, LOADING, workers);
  explained(() => front.start());
}

/** Threads take a while to come up, and it is known how many there will be. */
async function beginThreads(settings: Settings, runtime: Runtime): Promise<ThreadSource> {
  const { ThreadSource } = await import('./workers/thread-source.ts');
  const threads = new ThreadSource(runtime.workerEntry, settings.workerHeap, runtime.preloading);
  threads.begin(settings.pools.reduce((sum, { workers }) => sum + workers, 0));
  return threads;
}

async function serving(parts: ConstructorParameters<typeof RunningServer>[0]): Promise<RunningServer> {
  const server = new (await import('./running-server.ts')).RunningServer(parts);
  await server.openSides(startServer);
  return server;
}
