/** The native front, with failures that say what to do. Main thread; never on the path of a request. */
import { FastServeError } from '../errors.ts';
import type { RouteManifest } from '../gateway/contract.ts';
import { STARTED_END } from '../gateway/queue/layout.ts';
import type { NativeAddress, NativeRunningRequest, NativeServer, NativeServerOptions } from '../native/binding.ts';
import type { Attachment } from './application.ts';
import { explainListenError } from './listen/error.ts';
import { checkPools } from './workers/pool-names.ts';
import type { Runtime } from './runtime.ts';
import type { Sight } from './workers/stuck-report.ts';

/** Answers every miss with 404 natively: what a server without an application knows. */
export const NO_ROUTES: RouteManifest = { routes: [], appendSlash: false, unmatched: 'native' };

/** Makes the memory of the rings and hands it to the front. */
export function giveRings(front: NativeServer, { ioThreads, slots }: NativeServerOptions, runtime: Runtime): Uint8Array[] {
  const rings = Array.from({ length: ioThreads * slots }, () => new Uint8Array(new SharedArrayBuffer(runtime.ringBytes)));
  front.setRings(rings);
  return rings;
}

/** What the application's workers need of the front. */
export function attachmentOf(front: NativeServer, rings: Uint8Array[], { slots, pools = [] }: NativeServerOptions): Attachment {
  const startedAt = rings.map((ring) => new Uint32Array(ring.buffer, ring.byteOffset + STARTED_END, 1));
  // Each is a position of a ring: the sum changes when one of them does.
  const marks = (slot: number) => startedAt.reduce((sum, mark, index) => (index % slots === slot ? sum + (mark[0] as number) : sum), 0);
  return {
    serverId: front.id,
    slots,
    pools: pools.map((pool) => pool.slots),
    rings,
    answered: (slot) => front.stats().workers[slot]?.answered ?? 0,
    pulse: (slot) => ({ turned: front.probeSlot(slot), started: marks(slot), overdue: front.overdue(slot), broken: front.broken(slot) }),
    sight: (slot) => sightOf(front, slot),
    drain: (slot) => front.drainSlot(slot),
    publish: (manifest, generation, workers, options, since) => {
      if (pools.length > 0) checkPools(manifest, pools);
      setRoutes(front, manifest, generation, workers, options, since);
    },
  };
}

function sightOf(front: NativeServer, slot: number): Sight {
  return {
    request: () => front.requestStack(slot),
    take: () => front.takeStack(slot),
    waitsForCore: () => front.stackWaitsForCore(slot),
    running: async () => {
      const all = await new Promise<NativeRunningRequest[]>((resolve) => front.runningRequests(resolve));
      return all.filter(({ worker }) => worker === slot);
    },
    routeOf: (method, target) => {
      try {
        const path = target.split('?', 1)[0] as string;
        return front.planRoute(method, 'localhost', path).find(({ kind }) => kind === 'view' || kind === 'opaque')?.index ?? -1;
      } catch {
        // A front that was stopped in the meantime has no routes.
        return -1;
      }
    },
  };
}

/** Runs a step that opens directories, or needs descriptors or threads. */
export function explained<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'FASTSERVE_MOUNT') throw new FastServeError('FS_CONFIG', `static: ${message}. Let this user enter the directory, or choose another root.`, { cause: error });
    if (code === 'FASTSERVE_UPSTREAM_TLS') {
      const { upstream } = error as { upstream?: string };
      throw new FastServeError('FS_CONFIG', `upstreams.${upstream}.tls: ${message}. Correct its ca, cert and key, which are PEM files.`, { cause: error });
    }
    if (code !== 'FASTSERVE_SYSTEM') throw error;
    throw new FastServeError('FS_SYSTEM', `the system has not enough for the server: ${message}. Raise its limits (ulimit -n, ulimit -u), or end what uses them up.`, { cause: error });
  }
}

/** Binds every address. Rejects with FastServeError FS_LISTEN or FS_CONFIG. */
export async function listen(front: NativeServer): Promise<NativeAddress[]> {
  try {
    return front.listen();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'FASTSERVE_LOG') throw new FastServeError('FS_CONFIG', `log.path: ${message}. Choose a file that this user may write.`, { cause: error });
    throw await explainListenError(error as Error);
  }
}

/** Publishes a generation and, with `options`, a snapshot of settings. FastServeError FS_APP for a URLconf that cannot be served. */
export function setRoutes(front: NativeServer, manifest: RouteManifest | null, generation: number, workers: readonly number[], options?: NativeServerOptions, since?: number): void {
  try {
    explained(() => front.setRoutes(manifest, generation, workers, options, since));
  } catch (error) {
    if (error instanceof FastServeError) throw error;
    throw new FastServeError('FS_APP', `the URLconf cannot be served: ${(error as Error).message}`, { cause: error });
  }
}
