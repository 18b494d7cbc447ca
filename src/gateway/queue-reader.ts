/**
 * The JavaScript end of the queue: walks batches of records, runs the application, routes control records to the requests
 * that wait for them. One for each attached thread.
 */
import type { NativeBinding, NativePort } from '../native/binding.ts';
import type { ApplicationEnvironment, FlatFields, Head, RawApplication } from './contract.ts';
import {
  CONTROL_SIZE, CONTROL_VALUE, FLAG_BODY_ABORTED, FLAG_BODY_END, FLAG_CANCELLED, FLAG_TRACED, FLAGS, KIND_BODY_CHUNK, KIND_CANCEL,
  KIND_CREDIT, KIND_MASK, KIND_REQUEST, RING, RING_BYTES, STARTED_END, TOKEN,
} from './layout.ts';
import { BodyAbortedError, BodyTooLargeError, RequestAbortedError, RequestTimeoutError } from './errors.ts';
import { fieldBlock } from './field-block.ts';
import { KeptRequests } from './kept-requests.ts';
import { QueueRequest } from './queue-request.ts';
import { RecurringHeads } from './recurring-heads.ts';

const RING_MASK = RING_BYTES - 1;
const PLAIN_TEXT = ['content-type', 'text/plain; charset=utf-8'];
/** Registrations of one thread: beyond, heads are sent as blocks. A module constant needs one. */
const MAX_REGISTRATIONS = 4096;
/** From here on a call into native code copies faster than JavaScript does out of shared memory. */
const NATIVE_COPY_BYTES = 2048;

/** One (I/O thread, this slot) ring. */
interface Channel {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  /** Requests that outlived their batch, by token: control records find them here. A token means something to its I/O thread only. */
  readonly kept: KeptRequests<QueueRequest>;
}

/** Where a thread attaches, and with which generation of the application. */
export interface QueuePlace {
  readonly serverId: number;
  readonly slot: number;
  readonly generation: number;
}

export class QueueReader {
  readonly port: NativePort;
  readonly #channels: Channel[];
  readonly #handle: RawApplication;
  readonly #environment: ApplicationEnvironment;
  readonly #threadCpu: () => number;
  readonly #recurring = new RecurringHeads((fields) => this.#register(fieldBlock(fields), fields.length / 2));
  #registrations = 0;
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
    const port = native.attach(serverId, slot, generation, (channel, head, tail) => (reader as QueueReader).#drain(channel, head, tail));
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
    this.#threadCpu = threadCpu;
    this.#handle = handle;
    this.#environment = environment;
    this.#channels = rings.map((ring) => ({
      bytes: Buffer.from(ring.buffer, ring.byteOffset, ring.byteLength),
      words: new Uint32Array(ring.buffer, ring.byteOffset, ring.byteLength >> 2),
      kept: new KeptRequests(),
    }));
  }

  /** A head's registration with the port, made when first used. */
  registered(head: Head): number | string {
    if (head.registration === 0) head.registration = this.#register(head.block, head.fields.length / 2);
    return head.registration === 0 ? head.block : head.registration;
  }

  /** What stands for the fields of one answer: a registration where they come again and again, else their block. */
  blockFor(fields: FlatFields): number | string {
    const registration = this.#recurring.find(fields);
    return registration === 0 ? fieldBlock(fields) : registration;
  }

  /** 0 when there are too many. */
  #register(block: string, lines: number): number {
    if (this.#registrations >= MAX_REGISTRATIONS) return 0;
    this.#registrations++;
    return this.port.registerHead(block, lines);
  }

  /** The registration of a head that others begin with; 0 when there are too many. */
  baseFor(head: Head): number {
    const registration = this.registered(head);
    return typeof registration === 'number' ? registration : 0;
  }

  /** A copy of bytes that lie in the ring's memory. */
  copyOut(channel: number, start: number, length: number): Buffer {
    const copy = Buffer.allocUnsafe(length);
    this.fill(channel, start, copy);
    return copy;
  }

  /** The ring's memory itself, good until the batch ends. */
  lend(channel: number, start: number, length: number): Uint8Array {
    return (this.#channels[channel] as Channel).bytes.subarray(start, start + length);
  }

  /** Fills `target` from the ring's memory. */
  fill(channel: number, start: number, target: Uint8Array): void {
    if (target.length >= NATIVE_COPY_BYTES) return this.port.readRing(channel, start, target);
    const { bytes } = this.#channels[channel] as Channel;
    target.set(bytes.subarray(start, start + target.length));
  }

  /** The request outlives its batch: control records reach it until it is forgotten. */
  keep(request: QueueRequest): void {
    request.pin();
    this.#keptWith(request).add(request);
  }

  forget(request: QueueRequest): void {
    this.#keptWith(request).remove(request);
    if (this.#isIdle()) this.#idleWaiter?.();
  }

  #keptWith(request: QueueRequest): KeptRequests<QueueRequest> {
    return (this.#channels[request.channel] as Channel).kept;
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
    this.port.detach();
  }

  /** An application error that the client does not get to see. */
  report(request: QueueRequest, thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`);
    this.#environment.onError(error, request);
  }

  /** Takes the records from `head` to `tail` (free-running positions). Returns how many were requests. */
  #drain(index: number, head: number, tail: number): number {
    const channel = this.#channels[index] as Channel;
    const { words } = channel;
    let count = 0;
    let position = head;
    while (position !== tail) {
      const at = RING + (position & RING_MASK);
      const length = words[at >> 2] as number;
      if (length >= 0x80000000) {
        position = (position + (length - 0x80000000)) >>> 0;
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
        else this.#start(new QueueRequest(this, index, token, channel.bytes, at), (flags & FLAG_TRACED) !== 0);
      } else {
        this.#control(channel, at, token, flags);
      }
    }
    return count;
  }

  #start(request: QueueRequest, isTraced: boolean): void {
    try {
      if (isTraced) request.trace(this.#threadCpu);
      const result = this.#handle(request, (status, fields, body) => request.answer(status, fields, body));
      if (!request.answered) this.keep(request);
      else if (result === undefined) return request.expire();
      else request.pin();
      if (result !== undefined) this.#follow(request, result);
    } catch (error) {
      this.#fail(request, error);
      request.expire();
    }
  }

  #follow(request: QueueRequest, result: Promise<void>): void {
    Promise.resolve(result).then(
      () => {
        if (request.answered) return;
        // A handler may stop when nobody waits for its answer any more.
        if (request.gone) request.drop();
        else this.#fail(request, new Error("the application's promise resolved, but respond() was not called"));
      },
      (error) => this.#fail(request, error),
    );
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
