/** `fastserve start`: serves a directory until a signal ends it. */
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { type Flags, readOverrides } from '../config/overrides.ts';
import { COMMAND_DEFAULTS, resolveConfig } from '../config/resolve.ts';
import type { Settings } from '../config/types.ts';
import type { ControlServer } from '../control/control-server.ts';
import { dropPrivileges, wantsOtherUser } from '../supervisor/privileges.ts';
import { addonRuntime } from '../supervisor/runtime.ts';
import type { RunningServer } from '../supervisor/running-server.ts';
import { startServer } from '../supervisor/start-server.ts';
import type { LocalCertificate } from '../tls/local-certificate.ts';
import { writePidFile } from './pid-file.ts';
import { ServiceManager } from './service-manager.ts';
import { reloadOnSignal, reopenOnSignal, Stopper } from './signals.ts';
import { startMessage, trustMessage } from './start-message.ts';

interface StartFlags extends Flags {
  config?: string;
  https?: boolean;
}

const SHOWN_NAMES = 3;

const HELP = `
Environment, below the options and above the file:
  FASTSERVE_HOST, FASTSERVE_PORT or PORT, FASTSERVE_WORKERS or WEB_CONCURRENCY,
  FASTSERVE_IO_THREADS, FASTSERVE_LOG

Signals:
  TERM  says "not ready" for shutdown.lameDuck, then finishes the requests in flight and stops
  INT   finishes the requests in flight and stops; QUIT cuts them
        A second TERM or INT ends the lame-duck period, or the process.
  HUP   reads the configuration and loads the application's code again; when all of it can be used it takes over, and
        no connection is touched. Else everything stays as it was.
  USR1  opens the file of the access log again, after it was moved away`;

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .summary('serve a directory')
    .description('Serve a directory: its files, and its application in worker threads.')
    .argument('[dir]', 'the directory of the site', '.')
    .option('-c, --config <file>', 'configuration file instead of the one in the directory')
    .option('-H, --host <host>', `name or address to listen on (default: ${COMMAND_DEFAULTS.host}, every interface)`)
    .option('-p, --port <number>', `port to listen on, 0 for a free one (default: ${COMMAND_DEFAULTS.port})`)
    .option('--https', 'HTTPS with a certificate for localhost, for development')
    .option('-w, --workers <number>', 'worker threads, or auto; 0 runs the application in the main thread (default: auto)')
    .option('--io-threads <number>', 'I/O threads (default: 1)')
    .option('--log <format>', `access log on standard output: off, text or json (default: ${COMMAND_DEFAULTS.access})`)
    .addHelpText('after', HELP)
    .action(async (directory: string, flags: StartFlags) => {
      const certificate = flags.https === true ? await makeCertificate() : undefined;
      const manager = new ServiceManager(process.env);
      const handOver = process.pid === 1 ? await init() : null;
      const server = await start(resolve(directory), flags, certificate);
      // Before the message: who has read it may send signals.
      await beControlled(server, resolve(directory), manager);
      handOver?.();
      process.stdout.write(startMessage(server, (path) => relative(process.cwd(), path) || '.'));
      if (certificate !== undefined) process.stdout.write(trustMessage(certificate, server.url));
      manager.ready(server, 'serving');
      await warnOfStaleBuild(server);
    });
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
