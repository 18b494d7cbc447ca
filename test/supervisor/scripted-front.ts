/** A front without sockets: records what the supervisor asks of it. For tests of the supervisor alone. */
import { moduleUrl } from '../../src/config/module.ts';
import type { NativeAddress, NativeBinding, NativeServer, NativeServerOptions, NativeStats } from '../../src/native/binding.ts';
import type { Runtime } from '../../src/supervisor/runtime.ts';

export interface ScriptedFront {
  runtime: Runtime;
  /** Names of the calls, in order. */
  calls: string[];
  options: NativeServerOptions[];
  manifests: unknown[];
  rings: Uint8Array[];
  /** Generation and count of workers of each setRoutes(). */
  published: [number, number][];
  /** Thrown by listen() when set. */
  listenError?: Error;
  /** Thrown by setRoutes() when set. */
  routesError?: Error;
}

export function scriptedFront(): ScriptedFront {
  const front: ScriptedFront = { calls: [], options: [], manifests: [], published: [], rings: [], runtime: undefined as unknown as Runtime };
  class Server implements NativeServer {
    readonly id = 7;
    constructor(options: NativeServerOptions) {
      front.options.push(options);
    }
    setRings(rings: Uint8Array[]): void {
      front.calls.push('setRings');
      front.rings = rings;
    }
    listen(): NativeAddress[] {
      front.calls.push('listen');
      if (front.listenError !== undefined) throw front.listenError;
      return [{ host: '0.0.0.0', port: 4711 }];
    }
    setRoutes(manifest: unknown, generation: number, workers: readonly number[]): void {
      if (front.routesError !== undefined) throw front.routesError;
      front.calls.push('setRoutes');
      front.published.push([generation, workers.reduce((sum, count) => sum + count, 0)]);
      front.manifests.push(manifest);
    }
    addListener(): { listener: number; address: NativeAddress } {
      front.calls.push('addListener');
      return { listener: 1, address: { host: '127.0.0.1', port: 4712 } };
    }
    openListener(listener: number): void {
      front.calls.push(`openListener ${listener}`);
    }
    removeListener(listener: number): void {
      front.calls.push(`removeListener ${listener}`);
    }
    lameDuck(): void {
      front.calls.push('lameDuck');
    }
    runningRequests(done: (requests: never[]) => void): void {
      setImmediate(done, []);
    }
    planRoute(): never[] {
      return [];
    }
    closeConnections(idleOnly: boolean): void {
      front.calls.push(`closeConnections ${idleOnly}`);
    }
    hurry(graceMs: number): void {
      front.calls.push(`hurry ${graceMs}`);
    }
    setTls(listener: number): void {
      front.calls.push(`setTls ${listener}`);
    }
    start(): void {
      front.calls.push('start');
    }
    stop(graceMs: number, done: () => void): void {
      front.calls.push(`stop ${graceMs}`);
      setImmediate(done);
    }
    stats(): NativeStats {
      return { inFlight: 0, queued: 0, workers: [] as NativeStats['workers'] } as NativeStats;
    }
    pools(): [] {
      return [];
    }
    metrics(): ReturnType<NativeServer['metrics']> {
      return { bounds: [], series: [], queueWait: { buckets: [], sum: 0 } };
    }
    traces(): [] {
      return [];
    }
    setReady(ready: boolean): void {
      front.calls.push(`setReady ${ready}`);
    }
    reopenLog(): void {
      front.calls.push('reopenLog');
    }
    upstreamServers(): never[] {
      return [];
    }
    setUpstreamServers(upstream: number): void {
      front.calls.push(`setUpstreamServers ${upstream}`);
    }
    drainSlot(slot: number): void {
      front.calls.push(`drainSlot ${slot}`);
    }
    overdue(): number {
      return 0;
    }
    broken(): boolean {
      return false;
    }
    requestStack(): boolean {
      return false;
    }
    takeStack(): null {
      return null;
    }
    stackWaitsForCore(): boolean {
      return false;
    }
    probeSlot(): boolean {
      return true;
    }
  }
  front.runtime = {
    native: { Server } as unknown as NativeBinding,
    ringBytes: 4096,
    preloading: null,
    workerEntry: new URL('../fixtures/workers/scripted-worker.mjs', import.meta.url).href,
    compile: moduleUrl,
    adapt: (value) => value as ReturnType<Runtime['adapt']>,
    startInline: (_native, _id, rings) => {
      front.calls.push(`inline ${rings.length}`);
      return { stop: async () => void front.calls.push('inline stop') };
    },
  };
  return front;
}
