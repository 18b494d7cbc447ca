/** The options and events of node:http's servers: every test runs on node:http first, then on fastserve/node. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createServer, Server, type ServerOptions } from '../../dist/node/index.js';
import { ask, Client, get, head } from '../support/client.ts';
import { atEnd, takeErrors } from '../support/servers.ts';
import { connectedTo } from './listening.ts';

type Listener = (request: http.IncomingMessage, response: http.ServerResponse) => unknown;

const SERVERS: [string, (options: http.ServerOptions, listener?: Listener) => http.Server][] = [
  ['node:http', (options, listener) => http.createServer(options, listener)],
  ['fastserve/node', (options, listener) => createServer(options as ServerOptions, listener) as unknown as http.Server],
];

describe.each(SERVERS)('on %s', (_name, create) => {
  it('joinDuplicateHeaders joins what is otherwise dropped', async () => {
    const connection = await connectedTo(create({ joinDuplicateHeaders: true }, ({ headers }, response) => response.end(headers['authorization'])));
    connection.send(get('/', 'Authorization: 1', 'Authorization: 2'));
    expect((await connection.answer()).text).toBe('1, 2');
  });

  it('IncomingMessage and ServerResponse may be classes of the program, whose constructors run', async () => {
    class OwnRequest extends http.IncomingMessage {
      greeting = 'hello';
    }
    class OwnResponse<Request extends http.IncomingMessage = http.IncomingMessage> extends http.ServerResponse<Request> {
      greet(text: string): void {
        this.setHeader('x-own', 'yes').end(text);
      }
    }
    const connection = await connectedTo(create({ IncomingMessage: OwnRequest, ServerResponse: OwnResponse }, (request, response) => {
      (response as OwnResponse).greet(`${(request as OwnRequest).greeting} ${request instanceof OwnRequest}`);
    }));
    connection.send(get('/'));
    const answer = await connection.answer();
    expect([answer.text, answer.field('x-own')]).toEqual(['hello true', 'yes']);
  });

  it('highWaterMark is that of request, response and socket', async () => {
    const connection = await connectedTo(create({ highWaterMark: 1000 }, (request, response) => {
      const { socket } = request;
      response.end(JSON.stringify([request.readableHighWaterMark, response.writableHighWaterMark, socket.readableHighWaterMark, socket.writableHighWaterMark]));
    }));
    connection.send(get('/'));
    expect((await connection.answer()).json()).toEqual([1000, 1000, 1000, 1000]);
  });

  it('write() asks to wait beyond the highWaterMark', async () => {
    const connection = await connectedTo(create({ highWaterMark: 100 }, (_request, response) => {
      const all = [response.write('x'.repeat(10)), response.write('x'.repeat(200))];
      response.once('drain', () => response.end(String(all[1])));
    }));
    connection.send(get('/'));
    expect((await connection.answer()).text).toMatch(/^x{210}false$/);
  });

  it('uniqueHeaders makes one line of many values', async () => {
    const connection = await connectedTo(create({ uniqueHeaders: ['x-ids'] }, (_request, response) => {
      response.setHeader('X-Ids', ['a', 'b']).setHeader('x-other', ['a', 'b']).end();
    }));
    connection.send(get('/'));
    const { fields } = await connection.answer();
    expect(fields.filter(([name]) => /^x-/i.test(name))).toEqual([['X-Ids', 'a; b'], ['x-other', 'a'], ['x-other', 'b']]);
  });

  it('rejectNonStandardBodyWrites refuses content where there is none', async () => {
    const seen: string[] = [];
    const connection = await connectedTo(create({ rejectNonStandardBodyWrites: true } as http.ServerOptions, (_request, response) => {
      let code = 'none';
      try {
        response.write('content');
      } catch (error) {
        code = String((error as NodeJS.ErrnoException).code);
      }
      seen.push(code);
      response.end();
    }));
    connection.send(head('HEAD', '/'));
    await connection.answer('HEAD');
    expect(seen).toEqual(['ERR_HTTP_BODY_NOT_ALLOWED']);
  });

  it('a cork is counted by the socket', async () => {
    const connection = await connectedTo(create({}, (_request, response) => {
      const depths = [response.writableCorked];
      response.cork();
      depths.push(response.writableCorked);
      response.uncork();
      response.end(JSON.stringify([...depths, response.writableCorked]));
    }));
    connection.send(get('/'));
    expect((await connection.answer()).json()).toEqual([0, 1, 0]);
  });

  describe("'checkContinue'", () => {
    it('is emitted instead of a request, before the content, and writeContinue() asks for that', async () => {
      const server = create({}, (_request, response) => response.end('request'));
      server.on('checkContinue', (request, response) => {
        response.writeContinue();
        request.pipe(response);
      });
      const connection = await connectedTo(server);
      connection.send(head('POST', '/', 'Expect: 100-continue', 'Content-Length: 7'));
      expect((await connection.head()).status).toBe(100);
      connection.send('content');
      expect((await connection.answer('POST')).text).toBe('content');
    });

    it('may refuse the content', async () => {
      const server = create({});
      server.on('checkContinue', (_request, response) => response.writeHead(413).end('too much'));
      const connection = await connectedTo(server);
      connection.send(head('POST', '/', 'Expect: 100-continue', 'Content-Length: 7'));
      const answer = await connection.answer('POST');
      expect([answer.status, answer.text]).toEqual([413, 'too much']);
    });

    it('is not emitted for requests that expect nothing', async () => {
      const server = create({}, (_request, response) => response.end('request'));
      server.on('checkContinue', (_request, response) => response.end('check'));
      const connection = await connectedTo(server);
      connection.send(get('/'));
      expect((await connection.answer()).text).toBe('request');
    });

    it('where nobody listens to it, a request is asked for its content', async () => {
      const connection = await connectedTo(create({}, (request, response) => request.pipe(response)));
      connection.send(head('POST', '/', 'Expect: 100-continue', 'Content-Length: 7'));
      expect((await connection.head()).status).toBe(100);
      connection.send('content');
      expect((await connection.answer('POST')).text).toBe('content');
    });
  });

  it('a server has its times as numbers', () => {
    const { keepAliveTimeout, headersTimeout, requestTimeout } = create({ keepAliveTimeout: 1234 });
    expect([keepAliveTimeout, typeof headersTimeout, requestTimeout]).toEqual([1234, 'number', 300_000]);
  });
});

describe('on fastserve/node', () => {
  it.each([
    [{ insecureHTTPParser: true }, 'createServer(): insecureHTTPParser: got true, which this server cannot: what breaks RFC 9112 is 400'],
    [{ requireHostHeader: false }, 'createServer(): requireHostHeader: got false, which this server cannot'],
    [{ noDelay: false }, 'createServer(): noDelay: got false, which this server cannot'],
    [{ keepAlive: true }, 'createServer(): keepAlive: got true, which this server cannot'],
    [{ highWaterMark: -1 }, 'createServer(): highWaterMark: got -1, expected a whole number.'],
    [{ joinDuplicateHeaders: 'yes' }, 'createServer(): joinDuplicateHeaders: got string, expected true or false.'],
    [{ ServerResponse: http.IncomingMessage }, 'createServer(): ServerResponse: expected a class that extends http.ServerResponse.'],
    [{ uniqueHeaders: 'x' }, 'createServer(): uniqueHeaders: expected a list of field names.'],
  ])('refuses %j with its reason', (options, message) => {
    expect(() => createServer(options as unknown as ServerOptions)).toThrow(message);
  });

  it.each([[{ insecureHTTPParser: false, requireHostHeader: true, noDelay: true, keepAlive: false, keepAliveInitialDelay: 0, connectionsCheckingInterval: 30_000 }]])(
    'takes what node:http has by default', (options) => {
      expect(createServer(options).listening).toBe(false);
    });

  it('makes a server of a listener alone', async () => {
    const server = new Server((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(() => void server.close());
    const connection = await Client.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    atEnd(() => connection.destroy());
    connection.send(get('/'));
    expect((await connection.answer()).text).toBe('hello');
  });

  it('says what is wrong with a Content-Length that is no number', async () => {
    const errors = takeErrors();
    const server = createServer((_request, response) => response.setHeader('Content-Length', '1 1').end('x'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(() => void server.close());
    const answer = await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, get('/'));
    expect(answer.status).toBe(500);
    expect(errors()).toContain('Content-Length is not one whole number (RFC 9110 8.6)');
  });
});
