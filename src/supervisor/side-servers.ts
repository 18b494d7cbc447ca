/**
 * Servers beside the site: the admin page and the metrics, each on a listener of its own, with a front of its own and its
 * application on the main thread. Main thread.
 */
import { adminApplication, metricsApplication } from '../admin/application.ts';
import type { AdminSource } from '../admin/source.ts';
import { inlineSettings } from '../config/resolve.ts';
import type { Settings, SideAddress } from '../config/types.ts';
import type { RawApplication } from '../gateway/contract.ts';
import { gateway } from '../gateway/adapters/raw.ts';
import type { Runtime } from './runtime.ts';
import type { RunningServer } from './running-server.ts';

export interface SideServers {
  /** Of the admin page and the metrics, null where there is none. */
  readonly adminUrl: string | null;
  readonly metricsUrl: string | null;
  close(): Promise<void>;
}

/** startServer() of start-server.ts, which starts these in its turn. */
export type StartServer = (settings: Settings, runtime: Runtime) => Promise<RunningServer>;

/** Starts what the settings ask for. Rejects as `start` does; nothing is left running then. */
export async function startSideServers(settings: Settings, source: AdminSource, runtime: Runtime, start: StartServer): Promise<SideServers> {
  const servers: RunningServer[] = [];
  const close = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.close({ grace: 0 }))));
  const begin = async (address: SideAddress, application: RawApplication, name: string): Promise<string> => {
    const server = await start(settingsOf(address, application, name), runtime);
    servers.push(server);
    return server.url;
  };
  try {
    const { admin, metrics } = settings;
    const adminUrl = admin && (await begin(admin.listen, adminApplication(source, admin.token), 'admin'));
    const metricsUrl = metrics && (await begin(metrics.listen, metricsApplication(source), 'metrics'));
    return { adminUrl, metricsUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function settingsOf({ host, port }: SideAddress, application: RawApplication, name: string): Settings {
  const settings = inlineSettings({}, { host, port, tls: undefined, redirect: undefined }, name);
  return { ...settings, threadName: `fs-${name}`, app: { kind: 'inline', value: gateway(application) } };
}
