/**
 * A server for an application of the calling thread, in two steps: the addresses are bound at once, the rest follows. That is
 * what node:http promises: address() right behind listen(). Main thread.
 */
import { toNativeOptions } from '../config/to-native.ts';
import type { Settings } from '../config/types.ts';
import type { GatewayApplication } from '../gateway/contract.ts';
import type { NativeAddress } from '../native/binding.ts';
import { type GenerationSource, type RunningApplication, startApplication } from './application.ts';
import { ErrorLog } from './error-log.ts';
import { attachmentOf, explained, giveRings } from './front.ts';
import type { Runtime } from './runtime.ts';
import { RunningServer } from './running-server.ts';
import { MIN_WORKER_STOP_MS, stopFront } from './shutdown.ts';
import { slotCounts } from './workers/slot-table.ts';
import { openTls } from './listen/tls-files.ts';

/** Bound, not yet serving: clients wait in the kernel's backlog. */
export interface BoundServer {
  readonly addresses: readonly NativeAddress[];
  /** Starts to serve. Called once. Rejects with the application's own error; nothing is left then. */
  run(application: GatewayApplication): Promise<RunningServer>;
}

/**
 * Binds settings that have neither workers nor mounts. `takesOver`: the port may be that of a server of this process that stops. Throws
 * the addon's error with code, address and port.
 */
export function bindInline(settings: Settings, runtime: Runtime, takesOver = false): BoundServer {
  const log = new ErrorLog(settings.log.level);
  const options = toNativeOptions(settings, slotCounts([]));
  if (takesOver) for (const listen of options.listen) listen.shared = true;
  const front = explained(() => new runtime.native.Server(options));
  const rings = giveRings(front, options, runtime);
  let addresses: NativeAddress[];
  try {
    addresses = front.listen();
  } catch (error) {
    void stopFront(front, 0);
    throw error;
  }
  const run = async (application: GatewayApplication): Promise<RunningServer> => {
    let running: RunningApplication | null = null;
    try {
      const tls = await openTls(settings, front, log);
      const source: GenerationSource = { prepared: { kind: 'inline', application }, staticDirectories: [] };
      running = await startApplication(source, attachmentOf(front, rings, options), settings, runtime, log);
      explained(() => front.start());
      return new RunningServer({ settings, builds: [], options, front, application: running, addresses, log, tls, runtime, source: null });
    } catch (error) {
      await stopFront(front, 0);
      await running?.stop(MIN_WORKER_STOP_MS);
      throw error;
    }
  };
  return { addresses, run };
}
