/**
 * A server from start to stop. Main thread; never on the path of a request.
 *
 *   check -> compile -> front -> rings -> listen -> application ready -> routes -> I/O threads -> (serving)
 *   reload: settings -> new addresses bound -> compile -> new workers ready -> snapshot -> old addresses close, old workers drain
 *   close: front drains -> workers leave -> threads end
 *
 * Clients that connect between listen and the start of the I/O threads wait in the kernel's backlog.
 */
import { loadBuilds, staticDirectories } from '../config/manifest.ts';
import { toNativeOptions } from '../config/to-native.ts';
import type { Settings } from '../config/types.ts';
import { prepareApplication, type RunningApplication, startApplication } from './application.ts';
import { ErrorLog } from './error-log.ts';
import { attachmentOf, explained, giveRings, listen, NO_ROUTES, setRoutes } from './front.ts';
import { MIN_WORKER_STOP_MS, RunningServer, type SettingsSource } from './running-server.ts';
import type { Runtime } from './runtime.ts';
import { stopFront } from './shutdown.ts';
import { slotCounts } from './slot-table.ts';
import { openTls, type TlsWatch } from './tls-files.ts';

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
  const options = toNativeOptions(settings, slotCounts(settings.pools), builds);
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
      setRoutes(front, NO_ROUTES, 1, [1]);
    } else {
      const first = { prepared, staticDirectories: staticDirectories(settings.mounts, builds) };
      application = await startApplication(first, attachmentOf(front, rings, options), settings, runtime, log);
    }
    explained(() => front.start());
    const server = new RunningServer({ settings, builds, options, front, application, addresses, log, tls, runtime, source });
    await server.openSides(startServer);
    return server;
  } catch (error) {
    tls?.stop();
    await stopFront(front, 0);
    await application?.stop(MIN_WORKER_STOP_MS);
    throw error;
  }
}
