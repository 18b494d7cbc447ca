/**
 * Reading one request record (native/queue/layout.h) in place: strings are made only of what is asked for.
 *
 * A record starts in the shared ring and is valid until its batch is settled; pin() copies it into memory of its own when the
 * request outlives the batch.
 */
import {
  AUTHORITY, BODY_LENGTH, BODY_OFFSET, FIELD_COUNT, FIELD_NAMES, FIELD_SIZE, FIELDS, FLAG_BODY_STREAM, FLAG_CHUNKED, FLAG_HTTP10,
  FLAG_TLS, FLAGS, HEAD_OFFSET, METHOD, METHOD_LENGTH, METHODS, PARAM_COUNT, PARAM_SIZE, PATH, PEER_ADDRESS, PEER_FAMILY,
  PEER_PORT, QUERY, ROUTE, ROUTE_UNMATCHED as NO_ROUTE, ROUTE_UNRESOLVED as OPEN_ROUTE, TARGET,
} from './layout.ts';
import { ROUTE_UNMATCHED, ROUTE_UNRESOLVED } from '../contract.ts';
import { RequestExpiredError } from '../errors.ts';

const FIELD_IDS = new Map(FIELD_NAMES.map((name, id) => [name, id]));
const COOKIE = FIELD_NAMES.indexOf('cookie');

/** Node's fast decoders of a range, which its type definitions leave out. */
type Bytes = Buffer & { latin1Slice(start: number, end: number): string; utf8Slice(start: number, end: number): string };

export class RequestRecord {
  #bytes: Bytes;
  #base: number;

  /** `bytes`: the ring's memory; `base`: where the record starts. */
  constructor(bytes: Buffer, base: number) {
    this.#bytes = bytes as Bytes;
    this.#base = base;
  }

  /** Moves the record out of the ring, without its content. */
  pin(): void {
    const length = this.#u32(BODY_OFFSET);
    const copy = Buffer.allocUnsafe(length);
    copy.set(this.#bytes.subarray(this.#base, this.#base + length));
    this.#bytes = copy as Bytes;
    this.#base = 0;
  }

  get method(): string {
    const known = METHODS[this.#bytes[this.#base + METHOD] as number];
    return known ?? this.#latin1(0, this.#u16(METHOD_LENGTH));
  }

  get target(): string {
    return this.#slice(TARGET);
  }

  /** Decoded bytes are UTF-8; nearly all paths are ASCII, for which latin-1 is the same and cheaper. */
  get path(): string {
    return this.#text(this.#u16(PATH), this.#u16(PATH + 2));
  }

  get query(): string {
    return this.#slice(QUERY);
  }

  get authority(): string {
    return this.#slice(AUTHORITY);
  }

  get http10(): boolean {
    return (this.#u16(FLAGS) & FLAG_HTTP10) !== 0;
  }

  get tls(): boolean {
    return (this.#u16(FLAGS) & FLAG_TLS) !== 0;
  }

  get streamedBody(): boolean {
    return (this.#u16(FLAGS) & FLAG_BODY_STREAM) !== 0;
  }

  get chunked(): boolean {
    return (this.#u16(FLAGS) & FLAG_CHUNKED) !== 0;
  }

  get routeId(): number {
    const route = this.#u16(ROUTE);
    if (route === NO_ROUTE) return ROUTE_UNMATCHED;
    return route === OPEN_ROUTE ? ROUTE_UNRESOLVED : route;
  }

  get paramCount(): number {
    return this.#bytes[this.#base + PARAM_COUNT] as number;
  }

  param(index: number): string {
    const at = FIELDS + this.#u16(FIELD_COUNT) * FIELD_SIZE + index * PARAM_SIZE;
    return this.#text(this.#u16(at), this.#u16(at + 2));
  }

  get remotePort(): number {
    return this.#u16(PEER_PORT);
  }

  get remoteAddress(): string {
    const family = this.#bytes[this.#base + PEER_FAMILY];
    const at = this.#base + PEER_ADDRESS;
    // Not join(): Node listeners have it read for every request.
    if (family === 4) return `${this.#bytes[at]}.${this.#bytes[at + 1]}.${this.#bytes[at + 2]}.${this.#bytes[at + 3]}`;
    return family === 6 ? ipv6Text(this.#bytes.subarray(at, at + 16)) : '';
  }

  /** Several lines of one name are joined as RFC 9110 5.3 allows, Cookie as RFC 6265 5.4 asks. */
  field(name: string): string | undefined {
    const id = FIELD_IDS.get(name) ?? 0;
    const bytes = this.#bytes;
    const first = this.#base + FIELDS;
    const end = first + this.#u16(FIELD_COUNT) * FIELD_SIZE;
    let value: string | undefined;
    for (let at = first; at < end; at += FIELD_SIZE) {
      if (bytes[at + 3] !== id || (id === 0 && !this.#nameIs(at - this.#base, name))) continue;
      const line = this.#slice(at - this.#base + 4);
      value = value === undefined ? line : value + (id === COOKIE ? '; ' : ', ') + line;
    }
    return value;
  }

  rawFields(): string[] {
    const count = this.#u16(FIELD_COUNT);
    const flat: string[] = new Array(count * 2);
    for (let i = 0, at = FIELDS; i < count; i++, at += FIELD_SIZE) {
      flat[i * 2] = this.#latin1(this.#u16(at), this.#bytes[this.#base + at + 2] as number);
      flat[i * 2 + 1] = this.#latin1(this.#u16(at + 4), this.#u16(at + 6));
    }
    return flat;
  }

  /** Inline: bytes of content in the record. Streamed: the declared length, undefined when chunked. */
  get bodyLength(): number | undefined {
    const high = this.#u32(BODY_LENGTH + 4);
    return high === 0xffffffff ? undefined : high * 2 ** 32 + this.#u32(BODY_LENGTH);
  }

  /** Where the inline content begins in the ring's memory. Not of a pinned record. */
  get bodyStart(): number {
    return this.#base + this.#u32(BODY_OFFSET);
  }

  #nameIs(at: number, name: string): boolean {
    return (
      (this.#bytes[this.#base + at + 2] as number) === name.length &&
      this.#latin1(this.#u16(at), name.length).toLowerCase() === name
    );
  }

  #slice(at: number): string {
    return this.#latin1(this.#u16(at), this.#u16(at + 2));
  }

  #text(offset: number, length: number): string {
    const start = this.#base + this.#u32(HEAD_OFFSET) + offset;
    const text = this.#bytes.latin1Slice(start, start + length);
    return /[\x80-\xff]/.test(text) ? this.#bytes.utf8Slice(start, start + length) : text;
  }

  #latin1(offset: number, length: number): string {
    const start = this.#base + this.#u32(HEAD_OFFSET) + offset;
    return this.#bytes.latin1Slice(start, start + length);
  }

  #u16(at: number): number {
    const i = this.#base + at;
    return (this.#bytes[i] as number) | ((this.#bytes[i + 1] as number) << 8);
  }

  #u32(at: number): number {
    return (this.#u16(at) | (this.#u16(at + 2) << 16)) >>> 0;
  }
}

/** Stands in the place of a record whose memory was given back: every read throws. */
export const EXPIRED_RECORD = new Proxy(Object.create(null), {
  get() {
    throw new RequestExpiredError();
  },
}) as RequestRecord;

/** RFC 5952: the longest run of zero groups is shortened; IPv4-mapped addresses keep their dotted form. */
function ipv6Text(bytes: Uint8Array): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] as number) << 8) | (bytes[i + 1] as number));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return `::ffff:${bytes.subarray(12).join('.')}`;
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.start < 0) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}
