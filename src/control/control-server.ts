/**
 * The control socket: where `fastserve status`, `ctl`, `reload` and `stop` talk to a running server. Main thread.
 *
 * A client may send several requests; replies come in their order. Whoever may open the socket may do everything, so its mode
 * is 0600: this user and root.
 *
 * DESIGN: it opens at the end of a start, whose time node:fs/promises would lengthen.
 */
import { lstatSync, mkdirSync, type Stats, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { FastServeError } from '../errors.ts';
import { type ControlReply, type ControlRequest, type ControlResult, MAX_LINE_BYTES, parseRequest } from './protocol.ts';

/** Further ones are turned away. */
const MAX_CLIENTS = 16;
const OWNER_ONLY = 0o177;

/** Does what a request asks for. Rejects with the reason, which goes to the client. */
export type Answerer = (request: ControlRequest) => Promise<ControlResult>;

export class ControlServer {
  readonly path: string;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();

  /**
   * Opens the socket. A socket file that nobody listens on is replaced. Rejects with FastServeError FS_LISTEN when the path is
   * taken or cannot be written.
   */
  static async open(path: string, answer: Answerer): Promise<ControlServer> {
    makeDirectory(dirname(path));
    const server = createServer();
    try {
      await listen(server, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || !(await isStale(path))) throw refused(path, error as NodeJS.ErrnoException);
      unlinkSync(path);
      await listen(server, path).catch((again: NodeJS.ErrnoException) => Promise.reject(refused(path, again)));
    }
    return new ControlServer(path, server, answer);
  }

  private constructor(path: string, server: Server, answer: Answerer) {
    this.path = path;
    this.#server = server;
    server.maxConnections = MAX_CLIENTS;
    server.on('connection', (client) => {
      this.#clients.add(client);
      client.on('close', () => this.#clients.delete(client));
      converse(client, answer);
    });
    server.unref();
  }

  /** Takes the socket away. Clients that wait see the end of the connection. */
  close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** The file gets its mode from the mask; Node binds within the call. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    const mask = process.umask(OWNER_ONLY);
    try {
      server.listen(path);
    } finally {
      process.umask(mask);
    }
  });
}

/** A client's lines, one after the other. */
function converse(client: Socket, answer: Answerer): void {
  let text = '';
  let last: Promise<void> = Promise.resolve();
  client.unref();
  client.setEncoding('utf8');
  client.on('error', () => client.destroy());
  client.on('data', (piece: string) => {
    const lines = (text + piece).split('\n');
    text = lines.pop() ?? '';
    if (text.length > MAX_LINE_BYTES) return client.destroy();
    for (const line of lines) {
      last = last.then(async () => {
        const reply = await replyTo(line, answer);
        if (!client.destroyed) client.write(`${JSON.stringify(reply)}\n`);
      });
    }
  });
}

async function replyTo(line: string, answer: Answerer): Promise<ControlReply> {
  const request = parseRequest(line);
  if (typeof request === 'string') return { ok: false, error: request, code: 'FS_CONTROL' };
  try {
    return { ok: true, result: await answer(request) };
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    return { ok: false, error: message, code: code ?? 'FS_CONTROL' };
  }
}

/** Of this user alone: in a shared directory somebody else may have been first. */
function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw refused(directory, error as NodeJS.ErrnoException);
  }
}

async function isStale(path: string): Promise<boolean> {
  const found = statsOf(path);
  if (found === null || !found.isSocket() || found.uid !== userInfo().uid) return false;
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

function statsOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

function refused(path: string, error: NodeJS.ErrnoException): FastServeError {
  const why = error.code === 'EADDRINUSE' ? 'another server has it' : error.message;
  return new FastServeError('FS_LISTEN', `the control socket ${path} cannot be opened: ${why}. Choose another path with "control", or switch it off with control: false.`, { cause: error });
}
