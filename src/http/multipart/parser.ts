/**
 * A multipart form in pieces to events: the beginning of a part, its content, its end (RFC 2046 5.1, RFC 7578). Any thread.
 *
 * DESIGN: pure over bytes, wherever the pieces are cut.
 *
 *   preamble ──delimiter──► after-delimiter ──CRLF──► head ──CRLF CRLF──► content
 *                                 │  ▲                                      │
 *                          "--"   │  └──────────────delimiter───────────────┘
 *                                 ▼
 *                             epilogue
 *
 * The delimiter is CRLF "--" boundary; a CRLF is put before the first byte, because the first delimiter may begin the form.
 * Kept from one piece to the next is what may be the beginning of a delimiter (fewer bytes than one has), or a head that is not
 * complete (MAX_HEAD_BYTES at most). So a piece of n bytes costs n and a constant, however small the pieces are.
 */
import { BadRequest } from '../errors.ts';
import { parsePartHead, type PartHead } from './part-head.ts';

export type PartEvent =
  | { readonly kind: 'begin'; readonly head: PartHead }
  /** A view of the bytes that were pushed: copy what is kept. */
  | { readonly kind: 'content'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' };

const MAX_HEAD_BYTES = 8192;
/** RFC 2046 5.1.1: composers send none, receivers take some. */
const MAX_PADDING_BYTES = 64;
const CRLF = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.alloc(0);
const CARRIAGE_RETURN = 0x0d;
const DASH = 0x2d;
const END: PartEvent = { kind: 'end' };

export class MultipartParser {
  readonly #delimiter: Buffer;
  #state: 'preamble' | 'after-delimiter' | 'head' | 'content' | 'epilogue' = 'preamble';
  #pending: Buffer = CRLF;
  /** Bytes of #pending in which no end of a head begins. */
  #searched = 0;

  /** boundary: checked, as boundaryOf() gives it. */
  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** The events of the next piece. To be walked to the end before the next push. Throws BadRequest for a form that is none. */
  *push(piece: Uint8Array): Generator<PartEvent, void> {
    if (this.#state === 'epilogue') return;
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    this.#pending = this.#pending.byteLength === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (yield* this.#step());
  }

  /** Throws BadRequest when the form is not complete. */
  finish(): void {
    if (this.#state !== 'epilogue') throw new BadRequest('The multipart form is malformed: it ends before its last boundary');
  }

  /** Goes on by one state; false when it needs more bytes. */
  *#step(): Generator<PartEvent, boolean> {
    switch (this.#state) {
      case 'preamble':
        return this.#findDelimiter() !== undefined;
      case 'after-delimiter':
        return this.#endDelimiterLine();
      case 'head': {
        const head = this.#takeHead();
        if (head === undefined) return false;
        yield { kind: 'begin', head };
        return true;
      }
      case 'content': {
        const found = this.#findDelimiter();
        const bytes = found ?? this.#takeBeforePartialDelimiter();
        if (bytes.byteLength > 0) yield { kind: 'content', bytes };
        if (found === undefined) return false;
        yield END;
        return true;
      }
      case 'epilogue':
        return false;
    }
  }

  /** What stands before the delimiter, with the state behind it; undefined when there is none yet. */
  #findDelimiter(): Buffer | undefined {
    const at = this.#pending.indexOf(this.#delimiter);
    if (at === -1) {
      if (this.#state === 'preamble') this.#takeBeforePartialDelimiter();
      return undefined;
    }
    const before = this.#pending.subarray(0, at);
    this.#pending = this.#pending.subarray(at + this.#delimiter.byteLength);
    this.#state = 'after-delimiter';
    return before;
  }

  /** Everything but an end that may be the beginning of a delimiter. */
  #takeBeforePartialDelimiter(): Buffer {
    const pending = this.#pending;
    const first = Math.max(0, pending.byteLength - this.#delimiter.byteLength + 1);
    let at = pending.indexOf(CARRIAGE_RETURN, first);
    while (at !== -1 && pending.compare(this.#delimiter, 0, pending.byteLength - at, at) !== 0) {
      at = pending.indexOf(CARRIAGE_RETURN, at + 1);
    }
    if (at === -1) at = pending.byteLength;
    this.#pending = pending.subarray(at);
    return pending.subarray(0, at);
  }

  /** "--" ends the form; else blanks and CRLF, which stays: a head without fields is then CRLF CRLF as well. */
  #endDelimiterLine(): boolean {
    const pending = this.#pending;
    if (pending.byteLength < 2) return false;
    if (pending[0] === DASH && pending[1] === DASH) {
      this.#state = 'epilogue';
      this.#pending = EMPTY;
      return false;
    }
    const end = pending.indexOf(CRLF);
    const padding = pending.toString('latin1', 0, end === -1 ? Math.min(pending.byteLength, MAX_PADDING_BYTES + 1) : end);
    const isBlank = end === -1 ? /^[ \t]*\r?$/.test(padding) : /^[ \t]*$/.test(padding);
    if (!isBlank || padding.length > MAX_PADDING_BYTES) {
      throw new BadRequest('The multipart form is malformed: a boundary is not followed by a line break');
    }
    if (end === -1) return false;
    this.#pending = pending.subarray(end);
    this.#searched = 0;
    this.#state = 'head';
    return true;
  }

  #takeHead(): PartHead | undefined {
    const end = this.#pending.indexOf(HEAD_END, this.#searched);
    if (end > MAX_HEAD_BYTES || (end === -1 && this.#pending.byteLength > MAX_HEAD_BYTES)) {
      throw new BadRequest(`The multipart form is malformed: the head of a part has more than ${MAX_HEAD_BYTES} bytes`);
    }
    if (end === -1) {
      this.#searched = Math.max(0, this.#pending.byteLength - HEAD_END.byteLength + 1);
      return undefined;
    }
    const head = parsePartHead(this.#pending.subarray(Math.min(CRLF.byteLength, end), end));
    this.#pending = this.#pending.subarray(end + HEAD_END.byteLength);
    this.#state = 'content';
    return head;
  }
}
