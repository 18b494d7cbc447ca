/** `fastserve start`: serves a directory until a signal ends it. Main thread. */
import { relative, resolve } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { readOverrides } from '../config/resolve/overrides.ts';
import { COMMAND_DEFAULTS, resolveConfig } from '../config/resolve.ts';
import type { Settings } from '../config/types.ts';
import type { ControlServer } from '../control/control-server.ts';
import { dropPrivileges, wantsOtherUser } from '../supervisor/listen/privileges.ts';
import { addonRuntime } from '../supervisor/runtime.ts';
import type { RunningServer } from '../supervisor/running-server.ts';
import { startServer } from '../supervisor/start-server.ts';
import type { LocalCertificate } from '../tls/local-certificate.ts';
import { output } from './output.ts';
import { writePidFile } from './pid-file.ts';
import { ServiceManager } from './service-manager.ts';
import { reloadOnSignal, reopenOnSignal, Stopper } from './signals.ts';
import type { StartFlags } from './start-options.ts';

const SHOWN_NAMES = 3;

/** Serves `directory` (absolute, or relative to the working directory) until a signal ends the process. Resolves when it serves; rejects as serve() does. */
export async function serveDirectory(directory: string, flags: StartFlags): Promise<void> {
  const site = resolve(directory);
  const certificate = flags.https === true ? await makeCertificate() : undefined;
  const manager = new ServiceManager(process.env);
  const handOver = process.pid === 1 ? await init() : null;
  const server = await start(site, flags, certificate);
  // Before the message: who has read it may send signals.
  await beControlled(server, site, manager);
  handOver?.();
  const { startMessage, trustMessage } = await import('./start-message.ts');
  output().write(startMessage(server, (path) => relative(process.cwd(), path) || '.'));
  if (certificate !== undefined) output().write(trustMessage(certificate, server.url));
  manager.ready(server, 'serving');
  await warnOfStaleBuild(server);
}

/** As process 1 of a container. */
async function init(): Promise<() => void> {
  const [{ becomeInit }, { native }] = await Promise.all([import('./orphans.ts'), import('../native/load.ts')]);
  return becomeInit((pid) => native().reapChild(pid));
}

async function makeCertificate(): Promise<LocalCertificate> {
  const { localCertificate } = await import('../tls/local-certificate.ts');
  return localCertificate(process.env);
}

/** Signals, the control socket and the file with the process id. Throws FastServeError of the file; nothing serves then. */
async function beControlled(server: RunningServer, directory: string, manager: ServiceManager): Promise<void> {
  let socket: ControlServer | null = null;
  const stopper = new Stopper(server, manager, async () => socket?.close());
  stopper.listen();
  reloadOnSignal(server, manager);
  reopenOnSignal(server);
  const { control, pidFile } = server.settings.process;
  try {
    if (pidFile !== '') writePidFile(pidFile);
  } catch (error) {
    await server.close({ grace: 0 });
    throw error;
  }
  if (control === false) return;
  const [{ runCommand }, { ControlServer }, { defaultSocketPath }] = await Promise.all([
    import('../control/commands.ts'), import('../control/control-server.ts'), import('../control/socket-path.ts'),
  ]);
  const target = { server, stop: (quickly: boolean) => stopper.stop(quickly ? { grace: 0, lameDuck: 0 } : {}) };
  const path = control === '' ? defaultSocketPath(directory, process.env) : control;
  try {
    socket = await ControlServer.open(path, (request) => runCommand(target, request));
  } catch (error) {
    // A server without it still serves.
    server.log.warn((error as Error).message);
  }
}

/** After the start, because it may have to read what was edited. */
async function warnOfStaleBuild({ settings, builds, log }: RunningServer): Promise<void> {
  const { staleFiles } = await import('../assets/stale.ts');
  const stale = await staleFiles(settings.mounts, builds);
  if (stale.length === 0) return;
  const names = stale.slice(0, SHOWN_NAMES).join(', ') + (stale.length > SHOWN_NAMES ? ', ...' : '');
  log.warn(`static files changed since fastserve build: ${names}. Their built names still have the old content. Run fastserve build and reload.`);
}

async function start(directory: string, flags: StartFlags, tls: LocalCertificate | undefined): Promise<RunningServer> {
  const overrides = { ...readOverrides(flags, process.env), tls };
  const read = async (load?: (file: string) => Promise<Record<string, unknown>>): Promise<Settings> => {
    const loaded = await loadConfig(directory, flags.config, load);
    return resolveConfig({ ...loaded, defaults: COMMAND_DEFAULTS, overrides });
  };
  const settings = await read();
  const beforeCode = wantsOtherUser(settings.process) ? () => dropPrivileges(settings.process) : null;
  const readAnew = async (): Promise<Settings> => read((await import('../config/module.ts')).importAnew);
  return startServer(settings, addonRuntime(), readAnew, beforeCode);
}
