/** From settings to the options of the addon. */
import type { NativeServerOptions } from '../native/binding.ts';
import type { Settings } from './types.ts';

/** The start and stop times stay with the supervisor. Without workers there is one slot: for the inline application. */
export function toNativeOptions(settings: Settings): NativeServerOptions {
  const { handshake, header, body, bodyTotal, keepAlive, write, request, queue } = settings.timeouts;
  return {
    listen: settings.listen.map((address) => {
      const proxyProtocol = address.proxyProtocol ?? false;
      if ('unix' in address) return { unix: address.unix, proxyProtocol };
      return { host: address.host, port: address.port, tls: address.tls !== undefined, redirect: address.redirect !== undefined, proxyProtocol };
    }),
    mounts: settings.mounts.map((mount) => ({ ...mount })),
    compress: settings.compress,
    hosts: [...settings.hosts],
    trustProxy: [...settings.trustProxy],
    limits: { ...settings.limits },
    timeouts: { handshake, header, body, bodyTotal, keepAlive, write, request, queue },
    ioThreads: settings.ioThreads,
    workerNice: settings.workerNice,
    slots: Math.max(1, settings.workers),
    log: { format: settings.log.access, path: settings.log.path },
    hsts: settings.hsts,
    direct: settings.direct,
  };
}
