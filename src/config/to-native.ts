/** From settings to the options of the addon. */
import type { NativeServerOptions } from '../native/binding.ts';
import type { Settings } from './types.ts';

/** The start and stop times stay with the supervisor. Without workers there is one slot: for the inline application. */
export function toNativeOptions(settings: Settings): NativeServerOptions {
  const { header, body, keepAlive, write, request, queue } = settings.timeouts;
  return {
    listen: settings.listen.map((address) => ({ ...address })),
    mounts: settings.mounts.map((mount) => ({ ...mount })),
    limits: { ...settings.limits },
    timeouts: { header, body, keepAlive, write, request, queue },
    ioThreads: settings.ioThreads,
    workerNice: settings.workerNice,
    slots: Math.max(1, settings.workers),
    log: { format: settings.log.access, path: settings.log.path },
    direct: settings.direct,
  };
}
