/** What an application gets lent by whoever runs it: where its errors go, and what it shares with others. */
import type { GatewayRequest } from './request.ts';

/** What whoever runs an application (a worker, the inline runner, inject) lends to it. Plain functions on the same thread. */
export interface ApplicationEnvironment {
  /** Development: 500 answers carry the stack, undefined names in templates are errors. */
  readonly debug: boolean;
  /** Called once for each error that the application itself answers with a 5xx, before the answer. Must not throw. */
  onError(error: Error, request: GatewayRequest): void;
  /** Called before each rendering of a template with its full context. For tests. Must not throw. */
  onRender?(template: string, context: object, request: GatewayRequest): void;
  /** Development: hears of each layer that a request enters. Must not throw. An application asks for it once, when it starts. */
  readonly watch?: WatchPipeline;
  /** The static directories of the server; names that say no directory are of the first one. Default: "/static/", not built. */
  readonly staticDirectories?: readonly StaticDirectory[];
  /** What all workers of the server share. Default: a memory of this thread alone. */
  readonly sharedMemory?: SharedMemory;
  /** Forgets stored answers of the server, on all its threads at once; returns how many. Default: there are none. */
  purge?(kind: PurgeKind, text: string): number;
  /**
   * Counts a request of `key` among those of `name`, over all threads of the server and with what the front counts by the routes'
   * rates: 0 when it may pass, else the milliseconds until one may. Default: a thread counts by itself.
   */
  takeRate?(name: string, key: string, limit: number, windowMs: number): number;
  /** Pieces of pages that all workers of the server share, beside its stored answers. Default: none are kept. */
  readonly fragments?: FragmentStore;
}

/**
 * Finished pieces of pages by key, in the store of the server's answers: within its budget, and forgotten by purge() of one of their tags. Both
 * calls are over when they return.
 */
export interface FragmentStore {
  /** The text while it is fresh, else the ticket of one that is made from now on; null: nothing is kept. */
  find(key: string): string | FragmentTicket | null;
  /** Nothing happens when one of the tags was purged since the ticket, or the text is larger than an answer may be. */
  keep(key: string, text: string, ticket: FragmentTicket, seconds: number, tags: readonly string[]): void;
}

/** Says when making a fragment began: the same one means that nothing was purged in between. */
export type FragmentTicket = number;

/** The layers of a pipeline that can be watched. */
export type PipelineLayer = 'middleware' | 'view' | 'context' | 'template';

/** Called when a request enters a layer; what it gives is called once when it leaves, with the outcome in words, "" for none. */
export type WatchPipeline = (request: GatewayRequest, layer: PipelineLayer, name: string) => (outcome: string) => void;

/**
 * Text by key that all workers of a server share. It lives in the main thread: a worker that dies takes nothing along, and the
 * end of the server ends it. Each operation is atomic and happens before its promise resolves. Keys are in spaces, so that one
 * use of it cannot drive out another; within a space what was unused longest makes room.
 */
export interface SharedMemory {
  get(space: string, key: string): Promise<string | undefined>;
  /**
   * `expiresAt`: milliseconds since 1970. `only` stores where the key is there, or where it is not. Resolves to whether it was
   * stored.
   */
  set(space: string, key: string, value: string, expiresAt: number, only?: 'present' | 'absent'): Promise<boolean>;
  delete(space: string, key: string): Promise<void>;
  /** Counts one more. A count begins with 0 and is forgotten `windowMs` after its first. */
  count(space: string, key: string, windowMs: number): Promise<SharedCount>;
}

export interface SharedCount {
  readonly count: number;
  /** When it is forgotten, in milliseconds since 1970. */
  readonly endsAt: number;
}

/**
 * A directory of static files as an application sees it: what staticUrl() looks names up in. Plain data that crosses threads.
 */
export interface StaticDirectory {
  /** Where its files appear; begins and ends with "/". */
  readonly prefix: string;
  /** What `fastserve build` made, by the file's name below the directory; null: the files have their own names. */
  readonly built: ReadonlyMap<string, BuiltFile> | null;
}

export interface BuiltFile {
  /** Name below the directory that changes with the content: "css/site.3f9a1c2b0d4e.css". */
  readonly name: string;
  /** "sha384-...", as the integrity attribute has it (Subresource Integrity 3.2). */
  readonly integrity: string;
}

/** What a purge names: one URL, all that begin like it, or what carries a tag. A path is that of any host. */
export type PurgeKind = 'url' | 'prefix' | 'tag' | 'all';
