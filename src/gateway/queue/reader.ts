/**
 * The JavaScript end of the queue: walks batches of records, runs the application, routes control records to the requests
 * that wait for them. One for each attached thread.
 *
 * DESIGN: whether a request outlives its batch is decided when the microtasks of the batch have run, not when its handler has
 * returned a promise: most asynchronous handlers have answered by then, and nothing of theirs is copied out of the ring.
 */
import type { NativeBinding, NativePort } from '../../native/binding.ts';
import type { ApplicationEnvironment, RawApplication } from '../contract.ts';
import {
  CONTROL_SIZE, CONTROL_VALUE, DRAIN_UNDECIDED, FLAG_BODY_ABORTED, FLAG_BODY_END, FLAG_CANCELLED, FLAG_TRACED, FLAGS, KIND_BODY_CHUNK,
  KIND_CANCEL, KIND_CREDIT, KIND_MASK, KIND_REQUEST, RING, RING_BYTES, SKIP_MARKER, STARTED_END, TOKEN,
} from './layout.ts';
import { BodyAbortedError, BodyTooLargeError, RequestAbortedError, RequestTimeoutError } from '../errors.ts';
import { Channel } from './channel.ts';
import { QueueRequest } from './request.ts';
import { RegisteredHeads } from '../answers/registered-heads.ts';

const RING_MASK = RING_BYTES - 1;
const PLAIN_TEXT = ['content-type', 'text/plain; charset=utf-8'];
/** Where a thread attaches, and with which generation of the application. */
export interface QueuePlace {
  readonly serverId: number;
  readonly slot: number;
  readonly generation: number;
}

export class QueueReader {
  readonly port: NativePort;
  readonly heads: RegisteredHeads;
  readonly #channels: Channel[];
  readonly #handle: RawApplication;
  readonly #environment: ApplicationEnvironment;
  readonly #threadCpu: () => number;
  /** Requests of this batch that may outlive it. */
  readonly #undecided: QueueRequest[] = [];
  #idleWaiter: (() => void) | undefined;

  /** Attaches at once; null while the slot's last owner has not let go. `rings`: one for each I/O thread. */
  static attach(
    native: NativeBinding,
    { serverId, slot, generation }: QueuePlace,
    rings: readonly Uint8Array[],
    handle: RawApplication,
    environment: ApplicationEnvironment,
  ): QueueReader | null {
    let reader: QueueReader | undefined;
    const port = native.attach(
      serverId,
      slot,
      generation,
      (channel, head, tail) => (reader as QueueReader).#drain(channel, head, tail),
      () => (reader as QueueReader).#settle(),
    );
    if (port === null) return null;
    reader = new QueueReader(port, rings, handle, environment, native.threadCpu);
    return reader;
  }

  private constructor(
    port: NativePort,
    rings: readonly Uint8Array[],
    handle: RawApplication,
    environment: ApplicationEnvironment,
    threadCpu: () => number,
  ) {
    this.port = port;
    this.heads = new RegisteredHeads(port);
    this.#threadCpu = threadCpu;
    this.#handle = handle;
    this.#environment = environment;
    this.#channels = rings.map((ring, index) => new Channel(port, index, ring));
  }

  /** The request has had its last word. */
  forget(request: QueueRequest): void {
    request.channel.kept.remove(request);
    if (this.#idleWaiter !== undefined && this.#isIdle()) this.#idleWaiter();
  }

  #isIdle(): boolean {
    return this.#channels.every(({ kept }) => kept.size === 0);
  }

  /** Resolves when every started request has had its last word, or after `limitMs`. */
  async idle(limitMs: number): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#idleWaiter?.();
    }, limitMs);
    // Again and again: the batch that brought the last answer may have started more.
    while (!this.#isIdle() && !late) {
      await new Promise<void>((resolve) => {
        this.#idleWaiter = resolve;
      });
    }
    clearTimeout(timer);
  }

  /** Leaves the queue: what was started and not answered is answered by the front. */
  detach(): void {
    this.#settle();
    this.port.detach();
  }

  /** An application error that the client does not get to see. */
  report(request: QueueRequest, thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`);
    this.#environment.onError(error, request);
  }

  /** Takes the records from `head` to `tail` (free-running positions). Returns how many were requests, and whether to settle. */
  #drain(index: number, head: number, tail: number): number {
    const channel = this.#channels[index] as Channel;
    const { words } = channel;
    let count = 0;
    let position = head;
    while (position !== tail) {
      const at = RING + (position & RING_MASK);
      const length = words[at >> 2] as number;
      if (length >= SKIP_MARKER) {
        position = (position + (length - SKIP_MARKER)) >>> 0;
        continue;
      }
      position = (position + length) >>> 0;
      const token = words[(at + TOKEN) >> 2] as number;
      const flags = words[(at + FLAGS) >> 2] as number;
      if ((flags & KIND_MASK) === KIND_REQUEST) {
        count++;
        // Before the handler runs: a record that was not started when its worker dies is given to another (Q6).
        words[STARTED_END >> 2] = position;
        if ((flags & FLAG_CANCELLED) !== 0) this.port.drop(token, index);
        else this.#start(new QueueRequest(this, channel, token, at), (flags & FLAG_TRACED) !== 0);
      } else {
        this.#control(channel, at, token, flags);
      }
    }
    return this.#undecided.length === 0 ? count : count | DRAIN_UNDECIDED;
  }

  /** The microtasks of the batch have run, and its memory goes back to the ring: what is still under way moves out of it. */
  #settle(): void {
    // One by one from its end: to set an array's length is a call into the engine.
    for (let request = this.#undecided.pop(); request !== undefined; request = this.#undecided.pop()) request.settle();
  }

  #start(request: QueueRequest, isTraced: boolean): void {
    let result: void | Promise<void> = undefined;
    try {
      if (isTraced) request.trace(this.#threadCpu);
      result = this.#handle(request, (status, fields, body) => request.answer(status, fields, body));
    } catch (error) {
      this.#fail(request, error);
    }
    if (result !== undefined) this.#follow(request, result);
    else if (request.answered) request.leaveHandler();
    if (request.isExpired) return;
    if (!request.ended) request.keep();
    this.#undecided.push(request);
  }

  #follow(request: QueueRequest, result: Promise<void>): void {
    Promise.resolve(result).then(
      () => {
        if (!request.answered) this.#endUnanswered(request);
        request.leaveHandler();
      },
      (error) => {
        this.#fail(request, error);
        request.leaveHandler();
      },
    );
  }

  #endUnanswered(request: QueueRequest): void {
    // A handler may stop when nobody waits for its answer any more.
    if (request.gone) request.drop();
    else this.#fail(request, new Error("the application's promise resolved, but respond() was not called"));
  }

  #control(channel: Channel, at: number, token: number, flags: number): void {
    const request = channel.kept.get(token);
    if (request === undefined) return;
    const value = channel.words[(at + CONTROL_VALUE) >> 2] as number;
    switch (flags & KIND_MASK) {
      case KIND_CANCEL:
        return request.cancel(value);
      case KIND_CREDIT:
        return request.onCredit?.(value);
      case KIND_BODY_CHUNK:
        return request.receive(at + CONTROL_SIZE, value, (flags & FLAG_BODY_END) !== 0, (flags & FLAG_BODY_ABORTED) !== 0);
    }
  }

  /** The last resort: what escapes an application becomes a constant page (or ends a streamed answer). */
  #fail(request: QueueRequest, error: unknown): void {
    if (error instanceof BodyAbortedError || (request.gone && isAbort(error))) {
      // Not the application's fault, and nobody is there to read an answer.
      if (!request.answered) request.drop();
      return;
    }
    if (error instanceof BodyTooLargeError) {
      if (!request.answered) request.answer(413, PLAIN_TEXT, 'Content Too Large\n');
      return;
    }
    this.report(request, error);
    if (request.answered) return;
    const stack = error instanceof Error ? error.stack : String(error);
    request.answer(500, PLAIN_TEXT, this.#environment.debug ? `${stack}\n` : 'Internal Server Error\n');
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof RequestAbortedError || error instanceof RequestTimeoutError;
}
