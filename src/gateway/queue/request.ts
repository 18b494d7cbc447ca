/**
 * One request from the queue with its answer. Made for each request record by QueueReader; the worker's thread.
 *
 * Life: started → (kept, unless it was answered within its handler's call) → (moved out of the ring, unless it has expired when its
 * batch is settled) → answered in one piece, or streamed until its end. Its token has exactly one last word to the front: respond,
 * streamEnd or drop.
 */
import {
  type BodyPiece, type FlatFields, GatheredPage, type GatewayBody, type GatewayRequest, Head, type ResponseBody, type StaticBody,
} from '../contract.ts';
import { AlreadyAnsweredError, RequestAbortedError, RequestTimeoutError } from '../errors.ts';
import { fillFrame, respondPage } from './answer-frame.ts';
import { pumpStream } from './answer-stream.ts';
import type { Channel } from './channel.ts';
import { CANCEL_TIME_OVER, CANCEL_TIME_SHORT } from './layout.ts';
import type { QueueReader } from './reader.ts';
import { PhaseRecorder } from './phases.ts';
import { InlineBody, StreamedBody } from './body.ts';
import { EXPIRED_RECORD, RequestRecord } from './record.ts';
import { fieldBlock } from '../answers/field-block.ts';
import { isStaticBody } from '../answers/static-body.ts';

/** They are not held back by a client that does not read. */
const MOST_HINTS = 16;

export class QueueRequest implements GatewayRequest {
  readonly reader: QueueReader;
  readonly channel: Channel;
  readonly token: number;
  #record: RequestRecord;
  #answered = false;
  /** Among the kept ones of its channel, until the last word. */
  #kept = false;
  /** Answered by a stream, whose source may read the request as long as it likes. */
  #streams = false;
  /** Nobody waits for the answer any more: the client has left, or had its 504. */
  #gone = false;
  /** Why request.signal is aborted. */
  #aborted: Error | undefined;
  /** The last word was said: the front knows nothing of this request any more. */
  #ended = false;
  #body: InlineBody | StreamedBody | undefined;
  #abort: AbortController | undefined;
  #phases: PhaseRecorder | null = null;
  #hintsLeft = MOST_HINTS;
  /** Streamed answers wait here for credit. */
  onCredit: ((bytes: number) => void) | undefined;
  /** Called when nobody waits for the answer any more. */
  onGone: (() => void) | undefined;

  /** `base`: where its record starts in the ring's memory. */
  constructor(reader: QueueReader, channel: Channel, token: number, base: number) {
    this.reader = reader;
    this.channel = channel;
    this.token = token;
    this.#record = new RequestRecord(channel.bytes, base);
  }

  get method(): string {
    return this.#record.method;
  }
  get target(): string {
    return this.#record.target;
  }
  get path(): string {
    return this.#record.path;
  }
  get query(): string {
    return this.#record.query;
  }
  get httpVersion(): '1.0' | '1.1' {
    return this.#record.http10 ? '1.0' : '1.1';
  }
  get scheme(): 'http' | 'https' {
    return this.#record.tls ? 'https' : 'http';
  }
  get authority(): string {
    return this.#record.authority;
  }
  get remoteAddress(): string {
    return this.#record.remoteAddress;
  }
  get remotePort(): number {
    return this.#record.remotePort;
  }
  get chunked(): boolean {
    return this.#record.chunked;
  }
  get routeId(): number {
    return this.#record.routeId;
  }
  get paramCount(): number {
    return this.#record.paramCount;
  }
  param(index: number): string {
    return this.#record.param(index);
  }
  field(name: string): string | undefined {
    return this.#record.field(name);
  }
  rawFields(): string[] {
    return this.#record.rawFields();
  }

  get body(): GatewayBody {
    this.#body ??= this.#record.streamedBody
      ? new StreamedBody(this.#record.bodyLength, (bytes) => this.#grant(bytes))
      : this.#inlineBody(this.#record.bodyStart, this.#record.bodyLength ?? 0);
    return this.#body;
  }

  #inlineBody(start: number, length: number): InlineBody {
    const { channel } = this;
    return new InlineBody(length, { copy: () => channel.copyOut(start, length), lend: () => channel.lend(start, length) });
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#aborted !== undefined) this.#abort.abort(this.#aborted);
    }
    return this.#abort.signal;
  }

  get phases(): PhaseRecorder | null {
    return this.#phases;
  }

  /** The front traces this request. Before the handler is called. */
  trace(threadCpu: () => number): void {
    this.#phases = new PhaseRecorder(threadCpu);
  }

  get answered(): boolean {
    return this.#answered;
  }
  get gone(): boolean {
    return this.#gone;
  }
  /** The last word was said. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Answers; see Respond in contract.ts. */
  answer(status: number, fields: FlatFields | Head, body: ResponseBody): void {
    if (this.#answered) throw new AlreadyAnsweredError();
    const { port, heads } = this.reader;
    if (this.#phases !== null) this.#reportPhases();
    // Of a head behind a registered one only its own lines are encoded.
    const base = fields instanceof Head && fields.base !== null ? heads.baseFor(fields.base) : 0;
    const flat = fields instanceof Head ? (base === 0 ? fields.fields : fields.added) : fields;
    const head = fields instanceof Head && fields.base === null ? heads.registered(fields) : heads.blockFor(flat);
    const lines = flat.length / 2;
    if (body === null || typeof body === 'string' || body instanceof Uint8Array) {
      port.respond(body, fillFrame(this, status, head, lines, base));
    } else if (body instanceof GatheredPage) {
      respondPage(this, status, head, lines, base, body);
    } else if (isStaticBody(body)) {
      port.respondStatic((body as StaticBody).nativeId, fillFrame(this, status, head, lines, base));
    } else if (typeof (body as AsyncIterable<unknown>)?.[Symbol.asyncIterator] === 'function') {
      port.streamStart(fillFrame(this, status, head, lines, base));
      this.#answered = true;
      this.#streams = true;
      void pumpStream(this, body as AsyncIterable<BodyPiece>);
      return;
    } else {
      throw new TypeError('respond(): a body is a string, a Uint8Array, a static body, an async iterable or null');
    }
    this.#answered = true;
    this.#sayLastWord();
  }

  /** See GatewayRequest. */
  sendHints(fields: FlatFields): void {
    if (this.#answered || this.#gone) return;
    if (this.#hintsLeft === 0) throw new RangeError(`sendHints(): a request has at most ${MOST_HINTS} of them`);
    // A final answer's status passes the check of the frame; 103 is written by the front.
    this.reader.port.sendHints(fillFrame(this, 200, fieldBlock(fields), fields.length / 2, 0));
    this.#hintsLeft -= 1;
  }

  /** See GatewayRequest. */
  sendContinue(): void {
    if (this.#answered || this.#gone || this.isExpired) return;
    const { body } = this;
    if (body instanceof StreamedBody) body.invite();
  }

  /** See GatewayRequest. */
  closeConnection(): void {
    if (!this.#answered && !this.#gone) this.reader.port.closeBehind(this.token, this.channel.index);
  }

  #reportPhases(): void {
    const phases = this.#phases as PhaseRecorder;
    this.#phases = null;
    this.reader.port.reportPhases(this.token, this.channel.index, phases.report());
  }

  /** From now on control records reach it: content, credit, the client's leave. */
  keep(): void {
    this.#kept = true;
    this.channel.kept.add(this);
  }

  /** The handler has answered and returned, its promise included: what was answered in one piece cannot be read any more (G10). */
  leaveHandler(): void {
    if (this.#streams) return;
    this.#record = EXPIRED_RECORD;
    if (this.#body instanceof InlineBody) this.#body.expire();
  }

  get isExpired(): boolean {
    return this.#record === EXPIRED_RECORD;
  }

  /** The batch's memory goes back to the ring: what can still be read moves out of it. */
  settle(): void {
    if (this.isExpired) return;
    const { streamedBody, bodyLength } = this.#record;
    if (!streamedBody && bodyLength !== 0) (this.body as InlineBody).keep();
    this.#record.pin();
  }

  /** Ends without an answer: the client is not there any more. */
  drop(): void {
    this.#answered = true;
    this.reader.port.drop(this.token, this.channel.index);
    this.#sayLastWord();
  }

  /** A streamed answer ended: the last word. */
  endStream(complete: boolean): void {
    this.reader.port.streamEnd(this.token, this.channel.index, complete);
    this.#sayLastWord();
  }

  #sayLastWord(): void {
    this.#ended = true;
    if (this.#kept) this.reader.forget(this);
  }

  /** A chunk of a streamed body: where it lies in the ring's memory. */
  receive(start: number, length: number, last: boolean, aborted: boolean): void {
    const body = this.body;
    if (!(body instanceof StreamedBody)) return;
    if (aborted) return body.abort();
    const { channel } = this;
    body.push((target) => channel.fill(start, target), () => channel.lend(start, length), length, last);
  }

  /** The client has gone, or a time limit has passed: `reason` is a value of cancel records. */
  cancel(reason: number): void {
    this.#aborted ??= reason === 0 ? new RequestAbortedError() : new RequestTimeoutError(reason === CANCEL_TIME_OVER);
    this.#abort?.abort(this.#aborted);
    if (reason === CANCEL_TIME_SHORT) return;
    this.#gone = true;
    if (this.#body instanceof StreamedBody) this.#body.abort();
    this.onGone?.();
  }

  #grant(bytes: number): void {
    if (!this.#ended && !this.#gone) this.reader.port.bodyCredit(this.token, this.channel.index, bytes);
  }
}
