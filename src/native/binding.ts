/** Types of the native addon. Only src/native/load.ts loads it; everything else imports from here. */
import type { NativeServerOptions } from './options.ts';
import type { NativePort } from './port.ts';
import type { NativeServer } from './server.ts';

/** A segment of template text. */
export interface NativeLiteral {
  /** UTF-8. Text is encoded. */
  bytes: Uint8Array | string;
  /** What happens to the values behind it: 0 they are escaped for HTML, 1 they are markup. */
  mode: 0 | 1;
}

export interface NativeBinding {
  readonly abi: number;
  readonly ringBytes: number;
  /** Constants of native/queue/layout.h, by the names of src/gateway/queue/layout.ts. */
  readonly layout: Record<string, number | string[]>;
  Server: new (options: NativeServerOptions) => NativeServer;
  /** One message to a unix datagram socket ("@name" for an abstract one); false when it was not delivered at once. */
  sendDatagram(path: string, message: string): boolean;
  /** Takes the status of a child that has ended. False: it has not, it is no child of this process, or somebody took it before. */
  reapChild(pid: number): boolean;
  /**
   * The calling thread, and the threads and processes that it makes from now on, hold a core for a moment at a time only where others want
   * it (native/net/short_turns.h). Gives the slice to go back to, in ns; 0 where the system has no slices (before Linux 6.12).
   */
  shortenTurns(): number;
  /** The calling thread goes back. Those that it has made keep short turns until they call this themselves. */
  endShortTurns(sliceNs: number): void;
  /** Sees to it that those which have short turns now do not hold a full core for longer. */
  watchShortTurns(): void;
  /**
   * Worker side: claims the slot for a worker that runs this generation of the application, and watches its doorbell. null while the
   * last owner holds the slot. `drain` is called once a batch and returns how many requests were in it, with DRAIN_UNDECIDED when
   * `settle` is to be called: behind the microtasks of the batch, before its memory goes back to the ring. `settle` does not throw.
   */
  attach(serverId: number, slot: number, generation: number, drain: (channel: number, head: number, tail: number) => number, settle: () => void): NativePort | null;
  /** Copies bytes into memory of the server core and returns an id for respondStatic. */
  createStaticBody(bytes: Uint8Array): number;
  releaseStaticBody(id: number): void;
  /** CPU time of the calling thread in microseconds. */
  threadCpu(): number;
  /**
   * Forgets stored answers of a server: how many. In effect on all its threads when it returns. text: a URL or a path, the
   * beginning of one, a tag; "" for all. TypeError for what is no URL. 0 when the server has ended.
   */
  purge(serverId: number, kind: 'url' | 'prefix' | 'tag' | 'all', text: string): number;
  /** find() of FragmentStore, for a server; null when it stores nothing, or has ended. */
  findFragment(serverId: number, key: string): string | number | null;
  /** keep() of FragmentStore. */
  keepFragment(serverId: number, key: string, text: string, ticket: number, seconds: number, tags: readonly string[]): void;
  /** takeRate() of ApplicationEnvironment, for a server; 0 when it has ended. */
  takeRate(serverId: number, name: string, key: string, limit: number, windowMs: number): number;
  /** Constants of native/template/payload.h, by the names of src/gateway/answers/page-payload.ts. */
  readonly payload: Record<string, number | string>;
  /**
   * Registers a table for this thread: literals[i] has the id FIRST_LITERAL + i, ids have idWidth (1 or 2) characters. Equal
   * tables have one id in the process. `secret` makes entity-tags the same in all processes that share it; "" for tags of this
   * process. TypeError for more literals than ids.
   */
  registerTemplates(literals: readonly NativeLiteral[], idWidth: number, secret: string): number;
  /** Takes one registration of this thread back. The table goes when no thread has one. */
  releaseTemplates(id: number): void;
  /** The page of a payload, or a refusal. */
  assemblePage(table: number, payload: string | Uint8Array, tokens: number): Buffer | number;
  /** "" for a text with variables that native/variables understands, else what is wrong with it. */
  templateProblem(text: string): string;
  /** The same of a form of the access log (native/log/format.h). */
  logFormatProblem(text: string): string;
  /** The same of members of an access log's JSON object: names and variables by turns. */
  logFieldsProblem(members: readonly string[]): string;
  /** The same of one variable of the access log, without "$". */
  logVariableProblem(name: string): string;
  /**
   * Until when an OCSP response (DER) may be given to clients beside a certificate (PEM), in ms of Unix time; a number beyond all dates where it has no
   * end. A text for what no client would take: why.
   */
  ocspEnd(response: Uint8Array, certificate: string): number | string;
  /** A weak entity-tag of text or bytes, with the secret of the table: for a page's payload the tag that respondPage gives it. */
  pageTag(table: number, content: string | Uint8Array): string;
}

export type * from './options.ts';
export type * from './pool-options.ts';
export type * from './proxy-options.ts';
export type * from './gate-options.ts';
export type * from './statistics.ts';
export type * from './server.ts';
export type * from './port.ts';
