/**
 * The entry of a worker thread: one long Piscina task. Loads the application, attaches to the queue, answers until told to
 * stop. src/supervisor starts and watches it.
 */
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { capturePrinted } from '../log/capture.ts';
import { activateLog } from '../log/logger.ts';
import { workerSink } from '../log/worker-sink.ts';
import { native } from '../native/load.ts';
import { activateStaticFiles } from '../pipeline/static/index.ts';
import { adaptApplication } from './adapters/index.ts';
import type { ApplicationEnvironment, GatewayApplication } from './contract.ts';
import { lentEnvironment } from './worker/lent-environment.ts';
import { watchMemory } from './worker/memory-watch.ts';
import { QueueReader } from './queue/reader.ts';
import { remoteMemory } from './shared-memory/index.ts';
import type { Scheduling, WorkerCommand, WorkerMessage, WorkerTask } from './worker/task.ts';
import { tuneEngine } from './worker/engine-settings.ts';
import { importDefault } from './worker/application-module.ts';

/** The slot's last owner lets go within milliseconds of its end; it is asked for this often. */
const ATTACH_RETRY_MS = 2;

/** What another entry than this one adds. */
export interface WorkerExtension {
  /** Adds to what the application is lent. */
  lend(environment: ApplicationEnvironment): ApplicationEnvironment;
  /** Changes the started application before it is attached. */
  decorate(application: GatewayApplication): GatewayApplication | Promise<GatewayApplication>;
}

/** What a thread does that is begun ahead of its task: it has loaded this module then. */
export function begin(): void {}

/** Resolves after a stop command, when everything started was answered. Rejects when the application does not load. */
export default function run(task: WorkerTask): Promise<void> {
  return runWorker(task, { lend: (environment) => environment, decorate: (application) => application });
}

/** As the default export, with what an extension adds. */
export async function runWorker(task: WorkerTask, extension: WorkerExtension): Promise<void> {
  const post = (message: WorkerMessage) => task.port.postMessage(message);
  activateLog(workerSink(task.logLevel, task.logFlow, (entry) => post({ type: 'log', entry })));
  const endLines = capturePrinted();
  const { serverId, debug, staticDirectories } = task;
  const environment = extension.lend(lentEnvironment({ native: native(), serverId, debug, staticDirectories, sharedMemory: remoteMemory(task.memory), onError: post }));
  activateStaticFiles(environment.staticDirectories);
  const application = await extension.decorate(await load(task, environment, post));
  if (task.scheduling !== null) applyScheduling(task.scheduling);
  const reader = await attach(task, application, environment);
  post({ type: 'ready', kind: application.kind, manifest: application.manifest });
  // The main thread sends requests here meanwhile.
  tuneEngine();
  const endLooks = watchMemory(task.memoryLimits, task.gauges, (reason) => post({ type: 'worn', reason }));
  await reader.idle(await stopped(task));
  reader.detach();
  endLooks();
  await application.stop?.();
  endLines();
  task.memory.close();
  task.port.close();
}

async function load(
  task: WorkerTask,
  environment: ApplicationEnvironment,
  post: (message: WorkerMessage) => void,
): Promise<GatewayApplication> {
  try {
    // For stacks of the application. As an option of the thread it would read the maps of what was loaded before, too.
    process.setSourceMapsEnabled(true);
    const application = adaptApplication(await importDefault(task.application), task.applicationName);
    await application.start?.(environment);
    return application;
  } catch (thrown) {
    const { withImportPlace } = await import('./worker/missing-import.ts');
    const error = withImportPlace(thrown instanceof Error ? thrown : new Error(String(thrown)));
    post({ type: 'failed', message: error.message, stack: error.stack ?? error.message });
    throw error;
  }
}

function applyScheduling({ niceness, sliceNs }: Scheduling): void {
  // 0 is the calling thread, on Linux.
  if (niceness !== null) setPriority(0, niceness);
  native().endShortTurns(sliceNs);
}

async function attach(
  task: WorkerTask,
  application: GatewayApplication,
  environment: ApplicationEnvironment,
): Promise<QueueReader> {
  while (true) {
    const place = { serverId: task.serverId, slot: task.slot, generation: task.generation };
    const reader = QueueReader.attach(native(), place, task.rings, application.handle, environment);
    if (reader !== null) return reader;
    await sleep(ATTACH_RETRY_MS);
  }
}

/** Resolves when it is told to stop, with the time that requests under way may still take. */
function stopped(task: WorkerTask): Promise<number> {
  return new Promise((resolve) => {
    task.port.on('message', (command: WorkerCommand) => {
      if (command.type === 'stop') resolve(command.answersMs);
    });
  });
}
