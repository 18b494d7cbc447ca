/**
 * A client on a bare socket: sends exactly the bytes that a test wants and reads answers with a strict parser (RFC 9112).
 * What it cannot read is a failure of the server. Every wait is bounded.
 */
import { connect, type NetConnectOpts, type Socket } from 'node:net';

const PATIENCE_MS = 10_000;

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) ([\x20-\x7e]*)$/;
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\x20-\x7e\x80-\xff]*?)[ \t]*$/;
const DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;

/** One answer, its content without framing. */
export class Answer {
  readonly status: number;
  readonly reason: string;
  /** Names as sent. */
  readonly fields: readonly (readonly [string, string])[];
  body: Buffer = Buffer.alloc(0);

  constructor(status: number, reason: string, fields: readonly (readonly [string, string])[]) {
    this.status = status;
    this.reason = reason;
    this.fields = fields;
  }

  /** The value of the only line with this name, undefined without one. Throws when there are several. */
  field(name: string): string | undefined {
    const found = this.fields.filter(([candidate]) => candidate.toLowerCase() === name.toLowerCase());
    if (found.length > 1) throw new ProtocolError(`the answer has ${found.length} lines of ${name}`);
    return found[0]?.[1];
  }

  get text(): string {
    return this.body.toString('utf8');
  }

  json<Value>(): Value {
    return JSON.parse(this.text) as Value;
  }
}

/** The server sent what no client may accept. */
export class ProtocolError extends Error {
  override name = 'ProtocolError';
}

/** The connection ended inside an answer: `answer` has what came. */
export class CutError extends Error {
  override name = 'CutError';
  readonly answer: Answer | undefined;

  constructor(answer: Answer | undefined) {
    super(`the connection ended ${answer === undefined ? 'before the head of an answer' : `inside an answer with status ${answer.status}`}`);
    this.answer = answer;
  }
}

export class Client {
  readonly socket: Socket;
  #chunks: Buffer[] = [];
  #end: 'fin' | 'reset' | undefined;
  #waiters: (() => void)[] = [];

  /** Connects to a server's url: "http://host:port" or "unix:/path". */
  static async connect(url: string, options: { highWaterMark?: number; localAddress?: string } = {}): Promise<Client> {
    const client = new Client(connect({ ...target(url), ...options, allowHalfOpen: true } as NetConnectOpts));
    await new Promise<void>((resolve, reject) => {
      client.socket.once('connect', resolve);
      client.socket.once('error', reject);
    });
    return client;
  }

  /** Over a connection that was made elsewhere, such as one with TLS. */
  static over(socket: Socket): Client {
    return new Client(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    const wake = () => {
      for (const waiter of this.#waiters.splice(0)) waiter();
    };
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      wake();
    });
    socket.on('end', () => {
      this.#end ??= 'fin';
      wake();
    });
    socket.on('error', () => {
      this.#end ??= 'reset';
      wake();
    });
    socket.on('close', () => {
      this.#end ??= 'reset';
      wake();
    });
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** Resolves when the kernel has taken the bytes. */
  async sendAll(bytes: string | Uint8Array): Promise<void> {
    const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    await new Promise<void>((resolve, reject) => this.socket.write(data, (error) => (error ? reject(error) : resolve())));
  }

  /** Half-closes: the client has said its last word and still reads. */
  finish(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Ends with RST, so that the server hears at once. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Bytes that came and were not read yet. */
  get unread(): Buffer {
    return this.#joined();
  }

  /** The next answer to a request of this method; 1xx answers count as answers. CutError when the connection ends inside. */
  async answer(method = 'GET'): Promise<Answer> {
    const answer = await this.head();
    try {
      answer.body = await this.#content(answer, method);
    } catch (error) {
      if (error instanceof CutError) throw new CutError(answer);
      throw error;
    }
    return answer;
  }

  /** Only the head of the next answer; its content stays unread. */
  async head(): Promise<Answer> {
    const [, status = '', reason = ''] = must(STATUS_LINE, await this.#line(), 'status line');
    const fields: (readonly [string, string])[] = [];
    for (let line = await this.#line(); line !== ''; line = await this.#line()) {
      const [, name = '', value = ''] = must(FIELD_LINE, line, 'field line');
      fields.push([name, value]);
    }
    const answer = new Answer(Number(status), reason, fields);
    checkHead(answer);
    return answer;
  }

  /** At least one more piece of raw bytes, or CutError. */
  async piece(): Promise<Buffer> {
    await this.#until(() => this.#chunks.length > 0, 'bytes');
    const piece = this.#chunks.shift();
    if (piece === undefined) throw new CutError(undefined);
    return piece;
  }

  /** Exactly this many raw bytes, or CutError. */
  async exactly(count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let missing = count; missing > 0; ) {
      const piece = await this.piece();
      pieces.push(piece.subarray(0, missing));
      if (piece.length > missing) this.#chunks.unshift(piece.subarray(missing));
      missing -= Math.min(missing, piece.length);
    }
    return Buffer.concat(pieces);
  }

  /** Waits for the server to end the connection and says how. Throws when it sends anything more before. */
  async ended(): Promise<'fin' | 'reset'> {
    const end = await this.drained();
    const rest = this.#joined();
    if (rest.length > 0) throw new ProtocolError(`${rest.length} bytes behind the last answer: ${shown(rest)}`);
    return end;
  }

  /** Waits for the server to end the connection, whatever it sends before. */
  async drained(): Promise<'fin' | 'reset'> {
    await this.#until(() => false, 'the end of the connection');
    return this.#end as 'fin' | 'reset';
  }

  async #content(answer: Answer, method: string): Promise<Buffer> {
    const { status } = answer;
    if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return Buffer.alloc(0);
    if (answer.field('transfer-encoding') !== undefined) return this.#chunked();
    const length = answer.field('content-length');
    if (length !== undefined) return this.exactly(Number(length));
    await this.drained();
    const rest = this.#joined();
    this.#chunks = [];
    if (this.#end === 'reset') throw new CutError(answer);
    return rest;
  }

  async #chunked(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (;;) {
      const [, hex = ''] = must(/^([0-9a-f]+)$/, await this.#line(), 'chunk size');
      const size = Number.parseInt(hex, 16);
      if (size > 0) pieces.push(await this.exactly(size));
      if ((await this.#line()) !== '') throw new ProtocolError('no line end behind a chunk, or a trailer');
      if (size === 0) return Buffer.concat(pieces);
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const bytes = this.#joined();
      const end = bytes.indexOf('\n');
      if (end >= 0) {
        if (bytes[end - 1] !== 0x0d) throw new ProtocolError(`a bare LF in ${shown(bytes)}`);
        this.#chunks = end + 1 < bytes.length ? [bytes.subarray(end + 1)] : [];
        return bytes.toString('latin1', 0, end - 1);
      }
      if (bytes.length > 65_536) throw new ProtocolError(`an endless line: ${shown(bytes)}`);
      await this.#until(() => this.#joined().length > bytes.length, 'a line');
      if (this.#joined().length === bytes.length) throw new CutError(undefined);
    }
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  /** Returns when the condition holds or the connection has ended; throws when neither happens in time. */
  async #until(condition: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!condition() && this.#end === undefined) {
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`waited ${PATIENCE_MS} ms for ${what}; unread so far: ${shown(this.#joined())}`);
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve);
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
    }
  }
}

/** A GET request for HTTP/1.1 with the given further field lines. */
export function get(path: string, ...lines: string[]): string {
  return head('GET', path, ...lines);
}

/** A request head for HTTP/1.1. */
export function head(method: string, path: string, ...lines: string[]): string {
  return [`${method} ${path} HTTP/1.1`, 'Host: test', ...lines, '', ''].join('\r\n');
}

/** A POST whose content has a declared length. */
export function post(path: string, content: string | Uint8Array, ...lines: string[]): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([Buffer.from(head('POST', path, `Content-Length: ${bytes.length}`, ...lines)), bytes]);
}

/** Content in chunked framing. */
export function chunked(...pieces: (string | Uint8Array)[]): Buffer {
  const parts = pieces.flatMap((piece) => [Buffer.from(`${piece.length.toString(16)}\r\n`), Buffer.from(piece as string), Buffer.from('\r\n')]);
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

/** One request on a connection of its own. */
export async function ask(url: string, request: string | Uint8Array, method = 'GET'): Promise<Answer> {
  const client = await Client.connect(url);
  client.send(request);
  try {
    return await client.answer(method);
  } finally {
    client.destroy();
  }
}

function target(url: string): NetConnectOpts {
  if (url.startsWith('unix:')) return { path: url.slice(5) };
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** RFC 9112 6 and RFC 9110 8.6: one framing; content fields only where content may be. */
function checkHead(answer: Answer): void {
  const { status } = answer;
  const length = answer.field('content-length');
  const coding = answer.field('transfer-encoding');
  if (length !== undefined && coding !== undefined) throw new ProtocolError('Content-Length beside Transfer-Encoding');
  if (length !== undefined && !/^(0|[1-9]\d*)$/.test(length)) throw new ProtocolError(`Content-Length: ${length}`);
  if (coding !== undefined && coding !== 'chunked') throw new ProtocolError(`Transfer-Encoding: ${coding}`);
  if ((status < 200 || status === 204) && (length ?? coding) !== undefined) throw new ProtocolError(`a length in a ${status} answer`);
  if (status >= 200 && !DATE.test(answer.field('date') ?? '')) throw new ProtocolError(`Date: ${answer.field('date')}`);
}

function must(pattern: RegExp, line: string, what: string): RegExpExecArray {
  const match = pattern.exec(line);
  if (match === null) throw new ProtocolError(`a bad ${what}: ${JSON.stringify(line.slice(0, 200))}`);
  return match;
}

function shown(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1', 0, 300));
}
