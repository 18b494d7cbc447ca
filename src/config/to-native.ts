/** From settings to the options of the addon. */
import type { NativeCompress, NativeProxyCache, NativeListen, NativeMount, NativeServerOptions } from '../native/binding.ts';
import type { NativePool } from '../native/pool-options.ts';
import type { MountBuild } from './manifest.ts';
import type { PoolSettings } from './types/pools.ts';
import type { ProxyCache } from './types/proxy-cache.ts';
import type { Cache, Compress, ListenAddress, Settings } from './types.ts';

/** Of files whose name changes with their content: a year stands for ever (RFC 9111 5.2.2.1, RFC 8246). */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Saves a look at the disk for nearly every file that is asked for often. */
const LOOK_AGAIN_MS = 1000;

/** In the order of the addon's numbers. */
const CLIENTS: readonly Settings['timeouts']['client'][] = [false, 'trusted', true];

/**
 * The start, stop and drain times stay with the supervisor, which knows how many worker slots each pool wants (one number where
 * there are no pools). `builds`: by mount, as loadBuilds gives them.
 */
export function toNativeOptions(settings: Settings, slots: readonly number[], builds: readonly (MountBuild | null)[] = []): NativeServerOptions {
  const { handshake, header, body, bodyTotal, keepAlive, write, request, requestSoft, queue, quarantine, client } = settings.timeouts;
  return {
    listen: settings.listen.map(nativeListen),
    mounts: settings.mounts.map(({ manifest: _, ...mount }, index) => ({ ...mount, built: builtOf(builds[index]) })),
    upstreams: settings.upstreams.map((upstream) => ({ ...upstream, servers: [...upstream.servers] })),
    proxy: settings.proxy.map((rule) => ({ ...rule, cache: rule.cache && nativeProxyCache(rule.cache, settings.cache) })),
    ...compressOptions(settings.compress),
    hosts: [...settings.hosts],
    trustProxy: [...settings.trustProxy],
    limits: { ...settings.limits },
    timeouts: { handshake, header, body, bodyTotal, keepAlive, write, request, requestSoft, queue, quarantine, client: CLIENTS.indexOf(client) },
    replay: settings.replay,
    gate: settings.gate,
    head: settings.head,
    ioThreads: settings.ioThreads,
    workerNice: settings.workerNice,
    slots: slots.reduce((sum, count) => sum + count, 0),
    ...(slots.length === settings.pools.length && { pools: settings.pools.map((pool, index) => nativePool(pool, slots[index] as number)) }),
    files: { ...settings.files },
    asNodeHttp: settings.asNodeHttp,
    threadName: settings.threadName,
    lookAgain: settings.debug ? 0 : LOOK_AGAIN_MS,
    logs: settings.log.access.map(({ fields, ...log }) => ({ ...log, fields: fields.flat() })),
    clients: { ...settings.clients },
    observe: { ...settings.observe },
    health: { ...settings.health },
    // Whoever develops wants to see what the code does now.
    cache: settings.debug ? { ...settings.cache, bytes: 0 } : settings.cache,
    hints: { learn: settings.learnEarlyHints !== null, maxAge: settings.learnEarlyHints?.maxAge ?? 0, origins: [...(settings.learnEarlyHints?.origins ?? [])] },
    hsts: settings.hsts,
    errorPages: settings.errorPages.map(({ file: _, ...page }) => page),
    direct: settings.direct,
  };
}

/** One address; certificates come by setTls. */
export function nativeListen(address: ListenAddress): NativeListen {
  const given = address.proxyProtocol ?? false;
  const announced = { proxyProtocol: given !== false, announcers: typeof given === 'boolean' ? [] : [...given] };
  if ('unix' in address) return { unix: address.unix, ...announced };
  const rest = { tls: address.tls !== undefined, redirect: address.redirect !== undefined, ...announced };
  return 'fd' in address ? { fd: address.fd, ...rest } : { host: address.host, port: address.port, ...rest };
}

/** Where the line's order matters, or its length decides about workers, what has not begun must be in the line. */
function nativePool({ name, elastic, queue }: PoolSettings, slots: number): NativePool {
  const { length: queued, maxWait, order, fair } = queue;
  return { name, slots, exact: elastic !== null || order !== 'fifo' || fair !== '', queued, maxWait, order, fair };
}

function nativeProxyCache({ key = '', lock, ...rest }: ProxyCache, store: Cache): NativeProxyCache {
  return { ...rest, key, lock: lock ?? store.lock };
}

function compressOptions({ dynamic, ...files }: Compress): Pick<NativeServerOptions, 'compress' | 'compressDynamic'> {
  const off: NativeCompress = { ...files, codings: [], types: [] };
  if (dynamic === null) return { compress: files, compressDynamic: { ...off, secrets: false } };
  return { compress: files, compressDynamic: { ...off, ...dynamic, types: dynamic.types ?? files.types } };
}

function builtOf(build: MountBuild | null | undefined): NativeMount['built'] {
  return build ? { root: build.directory, cacheControl: FOR_EVER } : null;
}
