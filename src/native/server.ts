/** The native server, as the thread that made it sees it. */
import type { NativeAddress, NativeListen, NativeServerOptions, NativeTls } from './options.ts';
import type { NativeUpstreamServer, NativeUpstreamState } from './proxy-options.ts';
import type { NativePoolStats } from './pool-options.ts';
import type { NativeMetrics, NativeRouteStep, NativeRunningRequest, NativeStats, NativeTrace } from './statistics.ts';

/** Owned by the thread that made it. Methods throw on misuse; none blocks except where said. */
export interface NativeServer {
  /** Process-wide id by which workers attach. */
  readonly id: number;
  /** One SharedArrayBuffer (as Uint8Array) for each (I/O thread, slot), index ioThread * slots + slot. Made by the main thread before listen(). */
  setRings(rings: Uint8Array[]): void;
  /** Binds and listens; throws an Error with code (EADDRINUSE, EACCES...), address and port. Connections wait until start(). */
  listen(): NativeAddress[];
  /**
   * Compiles and publishes the route table; throws TypeError naming the pattern, and changes nothing then. null: no URLconf,
   * everything goes to the application. From now on requests go to workers of this generation only, also those that wait
   * already; `workers` says by pool how many it has when it is complete. With `options` the mounts change at the same moment, and hosts,
   * trustProxy, limits, timeouts, hsts and errorPages; everything else in them stays as it was at the start. With `since`
   * workers of the generations from that one on serve too: their routes are the same.
   */
  setRoutes(
    manifest: import('../gateway/contract.ts').RouteManifest | null,
    generation: number,
    workers: readonly number[],
    options?: NativeServerOptions,
    since?: number,
  ): void;
  /**
   * Certificates of a listener: needed before start() or openListener(), replaceable at any time for the handshakes that follow.
   * Throws an Error with OpenSSL's reason; the certificates before then stay. Listeners are numbered by their place in
   * options.listen, then in the order of addListener().
   */
  setTls(listener: number, tls: NativeTls): void;
  /** Binds one more address while serving; clients wait in its backlog until openListener(). Throws as listen(). */
  addListener(listen: NativeListen): { listener: number; address: NativeAddress };
  openListener(listener: number): void;
  /** Closes a listener, opened or not; connections that it brought stay. */
  removeListener(listener: number): void;
  /** Starts the I/O threads (once). */
  start(): void;
  /** Stops accepting, finishes what is in flight for at most graceMs, closes everything. `done` is called on this thread when the I/O threads have ended. */
  stop(graceMs: number, done: () => void): void;
  /** Calls `done` on this thread with what workers have and have not answered, oldest first, at most 32 of each and I/O thread. */
  runningRequests(done: (requests: NativeRunningRequest[]) => void): void;
  /** What the tables of the last setRoutes() make of a request: the last step is the answer, others may be it. `host` as in Host. */
  planRoute(method: string, host: string, path: string): NativeRouteStep[];
  /** Not ready any more; from now on every answer says Connection: close, so that clients leave before stop(). */
  lameDuck(): void;
  /** Ends connections between two requests, or all of them with what they have under way: soon, on the I/O threads. */
  closeConnections(idleOnly: boolean): void;
  /** Gives a server that stops this much time from now instead. */
  hurry(graceMs: number): void;
  stats(): NativeStats;
  /** What the pools have to do; empty for a server without. Costs next to nothing. */
  pools(): NativePoolStats[];
  metrics(): NativeMetrics;
  /** The newest traces with a higher serial than this, oldest first. */
  traces(after: number): NativeTrace[];
  /** Whether readiness probes shall be answered with 200, as far as it depends on the caller. True at first. */
  setReady(ready: boolean): void;
  /** Opens the access log's file again: lines of answers that end from now on go to the new one. */
  reopenLog(): void;
  /** The servers of an upstream, by its place in options.upstreams. */
  upstreamServers(upstream: number): NativeUpstreamState[];
  /** The servers from now on. Those that stay, by label and address, keep their counts and get these settings. */
  setUpstreamServers(upstream: number, servers: NativeUpstreamServer[]): void;
  /** The slot's worker gets no more requests. */
  drainSlot(slot: number): void;
  /** Whether the worker's event loop has turned since the last call; asks it again. True when nobody is attached. */
  probeSlot(slot: number): boolean;
  /** Asks the slot's worker for its JavaScript stack, whatever it does; takeStack() has it soon. False: it cannot be asked. */
  requestStack(slot: number): boolean;
  /** The frames, innermost first: "name (url:line:column)" with the four characters "\\x0a" in between. null: not (yet) there. */
  takeStack(slot: number): string | null;
  /** Whether the stack that was asked for has not come only because other threads have the cores. */
  stackWaitsForCore(slot: number): boolean;
  /** How often a request inside the slot's worker was found past its limit, ever: when it grows, see whether the worker turns. */
  overdue(slot: number): number;
  /** Whether the answers of the slot's worker cannot be read any more: it has to be ended. */
  broken(slot: number): boolean;
}
