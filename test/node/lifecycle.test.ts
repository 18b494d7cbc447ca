/** close(), what follows it, and the ends of connections: every test runs on node:http first, then on fastserve/node. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createServer } from '../../dist/node/index.js';
import { Client, get, head } from '../support/client.ts';
import { atEnd, directoryWith, signal } from '../support/servers.ts';

type Listener = (request: http.IncomingMessage, response: http.ServerResponse) => unknown;

const SERVERS: [string, (listener: Listener) => http.Server][] = [
  ['node:http', (listener) => http.createServer(listener)],
  ['fastserve/node', (listener) => createServer(listener) as unknown as http.Server],
];

/** Far below what a drain of idle connections would take. */
const AT_ONCE_MS = 80;
/** A machine that is busy may be late once. */
const SOON_AGAIN = { retry: 3 };

describe.each(SERVERS)('on %s', (_name, create) => {
  const portOf = (server: http.Server): number => (server.address() as AddressInfo).port;
  const listens = (server: http.Server, port = 0): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const closes = (server: http.Server): Promise<Error | undefined> => new Promise((resolve) => server.close(resolve));

  async function listening(listener: Listener): Promise<http.Server> {
    const server = create(listener);
    await listens(server);
    atEnd(() => {
      server.close();
      server.closeAllConnections();
    });
    return server;
  }

  async function connected(server: http.Server): Promise<Client> {
    const connection = await Client.connect(`http://127.0.0.1:${portOf(server)}`);
    atEnd(() => connection.destroy());
    return connection;
  }

  const hello: Listener = (_request, response) => response.end('hello');

  /** A connection whose request was answered, and which waits for the next one. */
  async function idle(server: http.Server): Promise<Client> {
    const connection = await connected(server);
    connection.send(get('/'));
    await connection.answer();
    return connection;
  }

  it('close() ends idle connections and calls back at once', SOON_AGAIN, async () => {
    const server = await listening(hello);
    const connection = await idle(server);
    const began = performance.now();
    await closes(server);
    expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
    expect(await connection.ended()).toBe('fin');
  });

  it('closeIdleConnections() ends idle connections, and leaves those alone that have a request', async () => {
    const [entered, go] = [signal(), signal()];
    const server = await listening(async (request, response) => {
      if (request.url === '/slow') {
        entered.resolve();
        await go.promise;
      }
      response.end('served');
    });
    const waiting = await idle(server);
    const busy = await connected(server);
    busy.send(get('/slow'));
    await entered.promise;
    server.closeIdleConnections();
    expect(await waiting.ended()).toBe('fin');
    go.resolve();
    expect((await busy.answer()).text).toBe('served');
  });

  it('closeAllConnections() ends also connections whose request is not whole', async () => {
    const server = await listening(hello);
    const [waiting, begun] = [await idle(server), await connected(server)];
    begun.send('GET / HTTP/1.1\r\nHos');
    // Known to the server: what came later on another connection was answered.
    await idle(server);
    server.closeAllConnections();
    await Promise.all([waiting.ended(), begun.ended()]);
    await closes(server);
  });

  it('listen() right behind close() takes the same port', async () => {
    const server = await listening(hello);
    const port = portOf(server);
    const closed = closes(server);
    await listens(server, port);
    await closed;
    expect(portOf(server)).toBe(port);
    const connection = await connected(server);
    connection.send(get('/'));
    expect((await connection.answer()).text).toBe('hello');
  });

  it('listen() right behind close() takes the same unix socket', async () => {
    const path = `${await directoryWith()}/a.sock`;
    const server = create(hello);
    atEnd(() => void server.close());
    const listensThere = (): Promise<void> => new Promise((resolve) => server.listen(path, resolve));
    await listensThere();
    const closed = closes(server);
    await listensThere();
    await closed;
    const connection = await Client.connect(`unix:${path}`);
    atEnd(() => connection.destroy());
    connection.send(get('/'));
    expect((await connection.answer()).text).toBe('hello');
  });

  it('a second close() says that the server is not running, when the first is over', async () => {
    const server = await listening(hello);
    const [first, second] = [closes(server), closes(server)];
    expect([await first, await second]).toEqual([undefined, expect.objectContaining({ code: 'ERR_SERVER_NOT_RUNNING' })]);
  });

  it.each([['small', 100], ['large', 100_000]])('a request hears that its client left inside content that nobody reads: %s', async (_size, bytes) => {
    const [entered, left] = [signal(), signal<string[]>()];
    const server = await listening((request) => {
      const heard: string[] = [];
      request.on('aborted', () => heard.push('aborted'));
      request.on('error', (error: NodeJS.ErrnoException) => heard.push(String(error.code)));
      request.on('close', () => left.resolve(heard));
      entered.resolve();
    });
    const connection = await connected(server);
    connection.send(head('POST', '/', `Content-Length: ${bytes}`));
    connection.send('begun');
    await entered.promise;
    connection.finish();
    expect(await left.promise).toEqual(['aborted', 'ECONNRESET']);
  });

  it('a request is told before its content is here', async () => {
    const server = await listening((request, response) => response.end(String(request.headers['content-length'])));
    const connection = await connected(server);
    connection.send(head('POST', '/', 'Content-Length: 5'));
    expect((await connection.answer()).text).toBe('5');
  });

  it.each<[string, Listener]>([
    ['the field Connection', (_request, response) => response.setHeader('Connection', 'close').end('last')],
    ['writeHead()', (_request, response) => response.writeHead(200, { connection: 'close' }).end('last')],
    ['shouldKeepAlive', (_request, response) => {
      response.shouldKeepAlive = false;
      response.end('last');
    }],
    ['a streamed answer', (_request, response) => {
      response.setHeader('connection', 'close').write('la');
      response.end('st');
    }],
  ])('a listener ends the connection behind its answer by %s', async (_how, listener) => {
    const connection = await connected(await listening(listener));
    connection.send(get('/'));
    const answer = await connection.answer();
    expect([answer.text, answer.field('connection')]).toEqual(['last', 'close']);
    expect(await connection.ended()).toBe('fin');
  });
});
