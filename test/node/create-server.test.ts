/** The server of fastserve/node in the shape of node:http's. */
import type http from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import fastify from 'fastify';
import multer from 'multer';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { createServer, type RequestSocket, type Server, type ServerOptions } from '../../dist/node/index.js';
import { ask, CutError, get, post } from '../support/client.ts';
import { atEnd, connected, directoryWith, signal, takeErrors } from '../support/servers.ts';

type Listener = NonNullable<Parameters<typeof createServer>[1]>;

/** Closed behind the test; not yet listening. */
function made(listener?: Listener, options: ServerOptions = {}): Server {
  const server = createServer(options, listener);
  atEnd(() => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return closed;
  });
  return server;
}

async function listening(listener?: Listener, options?: ServerOptions): Promise<{ server: Server; url: string }> {
  const server = made(listener, options);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const hello: Listener = (_request, response) => response.end('hello');

describe('listen()', () => {
  it('has an address when it returns', () => {
    const server = made(hello).listen(0);
    expect(server.address()).toEqual({ address: '0.0.0.0', family: 'IPv4', port: expect.any(Number) });
    expect((server.address() as AddressInfo).port).toBeGreaterThan(0);
    expect(server.listening).toBe(true);
  });

  it('answers whoever connects before it is ready', async () => {
    const server = made(hello).listen(0, '127.0.0.1');
    const answer = await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, get('/'));
    expect(answer.text).toBe('hello');
  });

  it.each<[string, (server: Server, path: string) => Server]>([
    ['a unix socket', (server, path) => server.listen(path)],
    ['a path among options', (server, path) => server.listen({ path })],
  ])('takes %s', async (_form, listen) => {
    const path = join(await directoryWith(), 'site.sock');
    const server = made(hello);
    await new Promise<void>((resolve) => listen(server, path).once('listening', resolve));
    expect(server.address()).toBe(path);
    expect((await ask(`unix:${path}`, get('/'))).text).toBe('hello');
  });

  it.each<[string, (server: Server, ready: () => void) => Server]>([
    ['a port and a callback', (server, ready) => server.listen(0, ready)],
    ['a port as text', (server, ready) => server.listen('0', ready)],
    ['port, host, backlog and a callback', (server, ready) => server.listen(0, '127.0.0.1', 511, ready)],
    ['options', (server, ready) => server.listen({ port: 0, host: 'localhost', backlog: 511 }, ready)],
    ['nothing but a callback', (server, ready) => server.listen(ready)],
    ['an address of IPv6', (server, ready) => server.listen(0, '::1', ready)],
  ])('takes %s', async (_form, listen) => {
    const server = made(hello);
    await new Promise<void>((resolve) => listen(server, resolve));
    const { address, port } = server.address() as AddressInfo;
    const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::1' ? '[::1]' : address;
    expect((await ask(`http://${host}:${port}`, get('/'))).text).toBe('hello');
  });

  it('emits an error with its code when the port is taken', async () => {
    const holder = createNetServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    atEnd(() => void holder.close());
    const { port } = holder.address() as AddressInfo;
    const server = made(hello);
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => server.once('error', resolve).listen(port, '127.0.0.1'));
    expect([error.code, server.listening, server.address()]).toEqual(['EADDRINUSE', false, null]);
  });

  it('emits an error for a host that has no address', async () => {
    const server = made(hello);
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => server.once('error', resolve).listen(0, 'no-such-host.invalid'));
    expect(error.code).toMatch(/^E(NOTFOUND|AI_AGAIN)$/);
  });

  it.each([[70_000], [-1], [1.5]])('throws for port %j', (port) => {
    expect(() => made(hello).listen(port, '127.0.0.1')).toThrow(expect.objectContaining({ code: 'ERR_SOCKET_BAD_PORT' }));
  });

  it('throws when it is called twice', async () => {
    const { server } = await listening(hello);
    expect(() => server.listen(0)).toThrow(expect.objectContaining({ code: 'ERR_SERVER_ALREADY_LISTEN' }));
  });

  it('ends when its signal aborts', async () => {
    const controller = new AbortController();
    const server = made(hello);
    await new Promise<void>((resolve) => server.listen({ port: 0, signal: controller.signal }, resolve));
    const closed = new Promise<void>((resolve) => server.once('close', resolve));
    controller.abort();
    await closed;
    expect(server.listening).toBe(false);
  });
});

describe('close()', () => {
  it('waits for the request in flight and then says so', async () => {
    const [entered, go] = [signal(), signal()];
    const { server, url } = await listening(async (_request, response) => {
      entered.resolve();
      await go.promise;
      response.end('served');
    });
    const answer = ask(url, get('/'));
    await entered.promise;
    const closed = new Promise((resolve) => server.close(resolve));
    expect([server.listening, server.address()]).toEqual([false, null]);
    go.resolve();
    expect((await answer).text).toBe('served');
    expect(await closed).toBeUndefined();
  });

  it('tells a server that does not listen', async () => {
    const error = await new Promise<unknown>((resolve) => createServer(hello).close(resolve));
    expect(error).toMatchObject({ code: 'ERR_SERVER_NOT_RUNNING' });
  });

  it('makes way for another listen()', async () => {
    const { server } = await listening(hello);
    await new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    expect((await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, get('/'))).text).toBe('hello');
  });

  it('right behind listen() closes what was bound', async () => {
    const server = createServer(hello).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.close(resolve));
    expect(server.address()).toBeNull();
  });

  it('with closeAllConnections() does not wait for requests', async () => {
    const entered = signal();
    const { server, url } = await listening(() => entered.resolve());
    const answer = ask(url, get('/'));
    await entered.promise;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await expect(answer).rejects.toThrow(CutError);
    await closed;
  });
});

it('counts its connections', async () => {
  const { server, url } = await listening(hello);
  const client = await connected(url);
  client.send(get('/'));
  await client.answer();
  expect(await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(1);
});

it('emits every request to all its listeners', async () => {
  const { server, url } = await listening();
  const seen: string[] = [];
  server.on('request', ({ url: target }) => seen.push(String(target)));
  server.on('request', hello);
  expect((await ask(url, get('/a'))).text).toBe('hello');
  expect(seen).toEqual(['/a']);
});

describe('setTimeout()', () => {
  it('tells the request, the response and the server of a request that stands still', async () => {
    const heard: string[] = [];
    const { server, url } = await listening((request, response) => {
      request.on('timeout', () => heard.push('request'));
      response.on('timeout', () => heard.push('response'));
    });
    const timedOut = new Promise<RequestSocket>((resolve) => server.setTimeout(20, resolve));
    const client = await connected(url);
    client.send(post('/', 'content'));
    (await timedOut).destroy();
    expect([server.timeout, ...heard]).toEqual([20, 'request', 'response']);
  });

  it('cuts the connection when nobody listens', async () => {
    const { server, url } = await listening(() => {});
    server.setTimeout(20);
    await expect(ask(url, get('/'))).rejects.toThrow(CutError);
  });

  it('cuts the connection when only its socket has a listener, as node:http does', async () => {
    const heard = signal();
    const { server, url } = await listening((request) => void request.socket.on('timeout', heard.resolve));
    server.setTimeout(20);
    await expect(ask(url, get('/'))).rejects.toThrow(CutError);
    await heard.promise;
  });

  it('leaves requests alone that answer in time', async () => {
    const { server, url } = await listening(hello);
    server.setTimeout(20, () => server.emit('error', new Error('timed out')));
    expect((await ask(url, get('/'))).text).toBe('hello');
  });
});

it('looks as if it had a handle while it listens, for supertest before 7.1', async () => {
  const { server } = await listening(hello);
  expect(server._handle).not.toBeNull();
  await new Promise((resolve) => server.close(resolve));
  expect(server._handle).toBeNull();
});

describe('options', () => {
  it('limit heads by maxHeaderSize and content by limits.body', async () => {
    const { url } = await listening(hello, { maxHeaderSize: 1024, limits: { body: 10, requestLine: 512 } });
    expect((await ask(url, get('/', `X: ${'x'.repeat(2000)}`))).status).toBe(431);
    expect((await ask(url, post('/', 'x'.repeat(11)))).status).toBe(413);
  });

  it('take a maxHeaderSize smaller than the request line may be otherwise', async () => {
    const { url } = await listening(hello, { maxHeaderSize: 1024 });
    expect((await ask(url, get(`/${'x'.repeat(2000)}`))).status).toBe(414);
    expect((await ask(url, get('/'))).text).toBe('hello');
  });

  it('end idle connections after keepAliveTimeout, set before listen() as frameworks do', async () => {
    const server = made(hello);
    server.keepAliveTimeout = 50;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = await connected(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    client.send(get('/'));
    await client.answer();
    expect(await client.ended()).toBe('fin');
  });

  it('bound the connections by maxConnections: further ones wait', async () => {
    const server = made(hello);
    server.maxConnections = 1;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const first = await connected(url);
    first.send(get('/'));
    await first.answer();
    const second = await connected(url);
    second.send(get('/'));
    await expect.poll(() => server.connections).toBe(1);
    expect(second.unread.length).toBe(0);
    first.destroy();
    expect((await second.answer()).text).toBe('hello');
  });

  it('are refused when they mean nothing here', () => {
    expect(() => createServer({ keepAliveTimout: 5 } as ServerOptions)).toThrow('createServer(): keepAliveTimout: unknown option. Did you mean "keepAliveTimeout"?');
    expect(() => createServer({ keepAliveTimeout: -1 })).toThrow(/^createServer\(\): timeouts.keepAlive: got -1/);
  });
});

describe('a listener that fails', () => {
  it.each<[string, Listener]>([
    ['at once', () => { throw new Error('boom'); }],
    ['later', async () => { throw new Error('boom'); }],
  ])('%s is answered with 500 and logged', async (_when, listener) => {
    const errors = takeErrors();
    const { url } = await listening(listener);
    const answer = await ask(url, get('/path'));
    expect([answer.status, answer.text]).toEqual([500, 'Internal Server Error\n']);
    expect(errors()).toMatch(/GET \/path: Error: boom/);
  });

  it('behind its answer is an error of the server', async () => {
    const { server, url } = await listening(async (_request, response) => {
      response.end('answer');
      throw new Error('late boom');
    });
    const heard = new Promise<Error>((resolve) => server.on('error', resolve));
    expect((await ask(url, get('/'))).text).toBe('answer');
    expect((await heard).message).toBe('late boom');
  });

  it('inside a stream cuts it', async () => {
    const errors = takeErrors();
    const { url } = await listening(async (_request, response) => {
      response.write('part');
      await null;
      throw new Error('boom');
    });
    await expect(ask(url, get('/'))).rejects.toThrow(CutError);
    expect(errors()).toMatch(/Error: boom/);
  });

  it('is given up when its client leaves', async () => {
    const entered = signal();
    const { server, url } = await listening(() => entered.resolve());
    const client = await connected(url);
    client.send(get('/'));
    await entered.promise;
    client.reset();
    const count = (): Promise<number> => new Promise((resolve) => server.getConnections((_error, number) => resolve(number)));
    await expect.poll(count).toBe(0);
  });
});

it('is a server for Fastify', async () => {
  const app = fastify({ serverFactory: (handler) => createServer(handler) as unknown as http.Server });
  app.get('/', async () => ({ served: true }));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  expect((await ask(url, get('/'))).json()).toEqual({ served: true });
  await app.close();
});

describe('supertest', () => {
  const app = express();
  app.use(express.json());
  app.get('/cookie', (request, response) => response.cookie('seen', 'yes').send(request.get('cookie') ?? 'none'));
  app.get('/go', (_request, response) => response.redirect(301, '/cookie'));
  app.post('/echo', (request, response) => response.status(201).json(request.body));
  app.post('/files', multer().single('file'), (request, response) => {
    response.json({ name: request.file?.originalname, size: request.file?.size, title: (request.body as { title: string }).title });
  });
  app.get('/file', (_request, response) => response.sendFile(new URL(import.meta.url).pathname));
  app.get('/stream', (_request, response) => void response.write('a', () => response.end('b')));

  /** A server that is not listening yet: supertest does that. */
  const server = () => createServer(app);

  it('starts the server, asks and closes', async () => {
    const own = server();
    await supertest(own).post('/echo').send({ a: 1 }).expect(201).expect('Content-Type', /json/).expect({ a: 1 });
    expect(own.listening).toBe(false);
  });

  it('asks many times at once', async () => {
    const own = server();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => supertest(own).post('/echo').send({ i })));
    expect(answers.map(({ body }) => (body as { i: number }).i)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('keeps cookies in an agent and follows redirects', async () => {
    const agent = supertest.agent(server());
    await agent.get('/go').redirects(1).expect(200, 'none');
    await agent.get('/cookie').expect(200, 'seen=yes');
  });

  it('uploads files to multer', async () => {
    await supertest(server())
      .post('/files')
      .field('title', 'a title')
      .attach('file', Buffer.alloc(3 << 20), 'large.bin')
      .expect(200, { name: 'large.bin', size: 3 << 20, title: 'a title' });
  });

  it('gets files, parts of files, and 304 for known ones', async () => {
    const own = server();
    const whole = await supertest(own).get('/file').expect(200);
    await supertest(own).get('/file').set('Range', 'bytes=0-3').expect(206).expect('Content-Length', '4');
    await supertest(own).get('/file').set('If-None-Match', String(whole.headers['etag'])).expect(304);
    await supertest(own).head('/file').expect(200).expect('Content-Length', String(whole.headers['content-length']));
  });

  it('sees chunks, errors and 404', async () => {
    const own = server();
    await supertest(own).get('/stream').expect('Transfer-Encoding', 'chunked').expect(200, 'ab');
    await supertest(own).get('/missing').expect(404).expect(/Cannot GET \/missing/);
    await supertest(own).post('/echo').type('json').send('{').expect(400);
  });
});
