/** A raw upstream that tests script: what it gets is kept, what it answers is bytes. Stopped behind the test. */
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { atEnd } from '../support/servers.ts';

export interface ReceivedRequest {
  /** Request line and fields, without the empty line. */
  head: string;
  body: Buffer;
  socket: Socket;
  /** Number of the connection, from 1. */
  connection: number;
}

export type Script = (request: ReceivedRequest) => void;

export class RawUpstream {
  readonly requests: ReceivedRequest[] = [];
  connections = 0;
  #server: Server;
  #sockets = new Set<Socket>();
  #script: Script;

  private constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** On a free port, or at the path of a unix socket. */
  static async start(script: Script, path?: string): Promise<RawUpstream> {
    const upstream = new RawUpstream(script);
    if (path === undefined) upstream.#server.listen(0, '127.0.0.1');
    else upstream.#server.listen(path);
    await once(upstream.#server, 'listening');
    atEnd(() => upstream.stop());
    return upstream;
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address === 'string') return `http+unix:${address}`;
    return `http://127.0.0.1:${address?.port}`;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    const connection = ++this.connections;
    this.#sockets.add(socket);
    let kept = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    const read = (bytes: Buffer) => {
      kept = Buffer.concat([kept, bytes]);
      for (let taken = takeRequest(kept); taken !== undefined; taken = takeRequest(kept)) {
        kept = kept.subarray(taken.length);
        const request = { head: taken.head, body: taken.body, socket, connection };
        this.requests.push(request);
        this.#script(request);
        // The script reads on by itself: a tunnel.
        if (socket.listenerCount('data') > 1) return void socket.off('data', read);
      }
    };
    socket.on('data', read);
  }
}

function takeRequest(bytes: Buffer): { head: string; body: Buffer; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const start = end + 4;
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  if (/^transfer-encoding: chunked$/im.test(head)) return takeChunked(bytes, head, start);
  if (bytes.length < start + length) return undefined;
  return { head, body: Buffer.from(bytes.subarray(start, start + length)), length: start + length };
}

function takeChunked(bytes: Buffer, head: string, start: number): { head: string; body: Buffer; length: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    const next = line + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return { head, body: Buffer.concat(parts), length: next };
    parts.push(Buffer.from(bytes.subarray(line + 2, line + 2 + size)));
    at = next;
  }
}

/** A whole answer with a length. */
export function answer(body: string, fields = '', status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${fields}\r\n${body}`;
}

/** The values of a field in a head, in order. */
export function valuesOf(head: string, name: string): string[] {
  return head.split('\r\n').slice(1).filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`)).map((line) => line.slice(name.length + 1).trim());
}
