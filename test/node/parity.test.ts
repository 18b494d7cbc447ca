/**
 * What a Node listener may expect of its request and response. Every test runs on node:http first, so that it is known to
 * tell the truth, and then on fastserve/node.
 */
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { finished, pipeline, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createServer } from '../../dist/node/index.js';
import { type Client, CutError, chunked, get, head, post } from '../support/client.ts';
import { signal } from '../support/servers.ts';
import { connectedTo, type ServerLike } from './listening.ts';

type Listener = (request: http.IncomingMessage, response: http.ServerResponse) => unknown;

const SERVERS: [string, (listener: Listener) => ServerLike][] = [
  ['node:http', (listener) => http.createServer(listener)],
  ['fastserve/node', (listener) => createServer(listener)],
];

describe.each(SERVERS)('on %s', (_name, create) => {
  /** A connection to a server with this listener. */
  function client(listener: Listener): Promise<Client> {
    return connectedTo(create(listener));
  }

  /** Answers with JSON of what `look` finds. */
  const telling = (look: (request: http.IncomingMessage) => unknown): Listener => (request, response) =>
    response.end(JSON.stringify(look(request)));

  describe('a request', () => {
    it('has method, target and version as sent', async () => {
      const connection = await client(telling(({ method, url, httpVersion, httpVersionMajor, httpVersionMinor }) => [method, url, httpVersion, httpVersionMajor, httpVersionMinor]));
      connection.send(head('PURGE', '/a%20b/../c?x=%zz'));
      expect((await connection.answer()).json()).toEqual(['PURGE', '/a%20b/../c?x=%zz', '1.1', 1, 1]);
    });

    it('has fields in lower case, joined or dropped by their rules', async () => {
      const connection = await client(telling(({ headers }) => headers));
      connection.send(get('/', 'X-A: 1', 'x-a: 2', 'Cookie: a=1', 'Cookie: b=2', 'User-Agent: first', 'User-Agent: second'));
      expect((await connection.answer()).json()).toEqual({ host: 'test', 'x-a': '1, 2', cookie: 'a=1; b=2', 'user-agent': 'first' });
    });

    it('has its raw fields, and each line on its own', async () => {
      const connection = await client(telling(({ rawHeaders, headersDistinct }) => [rawHeaders, headersDistinct]));
      connection.send(get('/', 'X-A: 1', 'x-a: 2'));
      expect((await connection.answer()).json()).toEqual([['Host', 'test', 'X-A', '1', 'x-a', '2'], { host: ['test'], 'x-a': ['1', '2'] }]);
    });

    it('knows its peer through its socket', async () => {
      const connection = await client(telling(({ socket }) => [socket.remoteAddress, socket.remoteFamily, socket.remotePort, (socket as { encrypted?: boolean }).encrypted ?? false]));
      connection.send(get('/'));
      expect((await connection.answer()).json()).toEqual(['127.0.0.1', 'IPv4', connection.socket.localPort, false]);
    });

    it('gives its content to listeners of data and end', async () => {
      const connection = await client((request, response) => {
        let text = '';
        request.setEncoding('utf8').on('data', (piece) => {
          text += piece;
        });
        request.on('end', () => response.end(`${text} ${request.complete}`));
      });
      connection.send(post('/', 'größe'));
      expect((await connection.answer()).text).toBe('größe true');
    });

    it('without content ends at once', async () => {
      const connection = await client((request, response) => request.on('end', () => response.end('ended')).resume());
      connection.send(get('/'));
      expect((await connection.answer()).text).toBe('ended');
    });

    it.each([['with a length', 300_000], ['small', 10]])('is an async iterable: %s', async (_size, bytes) => {
      const content = randomBytes(bytes);
      const connection = await client(async (request, response) => {
        const pieces: Buffer[] = [];
        for await (const piece of request) pieces.push(piece as Buffer);
        response.end(Buffer.concat(pieces));
      });
      connection.send(post('/', content));
      expect((await connection.answer()).body.equals(content)).toBe(true);
    });

    it('in chunks says so in its fields and arrives decoded', async () => {
      const connection = await client((request, response) => {
        response.setHeader('x-coding', String(request.headers['transfer-encoding']));
        request.pipe(response);
      });
      connection.send(head('POST', '/', 'Transfer-Encoding: chunked'));
      connection.send(chunked('one ', 'two'));
      const answer = await connection.answer('POST');
      expect([answer.text, answer.field('x-coding')]).toEqual(['one two', 'chunked']);
    });

    it('in chunks that hold nothing says so', async () => {
      const connection = await client(telling(({ headers, rawHeaders }) => [headers['transfer-encoding'], rawHeaders.includes('Transfer-Encoding')]));
      connection.send(head('POST', '/', 'Transfer-Encoding: chunked'));
      connection.send(chunked());
      expect((await connection.answer('POST')).json()).toEqual(['chunked', true]);
    });

    it('whose reading begins just before the answer is read to its end', async () => {
      const read = signal<string>();
      const connection = await client((request, response) => {
        let text = '';
        request.on('data', (piece: Buffer) => { text += piece.toString(); });
        request.on('end', () => read.resolve(text));
        response.end();
      });
      connection.send(post('/', 'content'));
      await connection.answer();
      expect(await read.promise).toBe('content');
    });

    it('that is thrown away just before the answer has ended when its end is told', async () => {
      const ended = signal<boolean>();
      const connection = await client((request, response) => {
        request.on('error', () => ended.resolve(false));
        request.on('end', () => ended.resolve(true));
        // Libraries take it for the end, too (on-finished).
        request.socket.on('close', () => ended.resolve(request.readableEnded));
        request.resume();
        response.end();
      });
      connection.send(get('/'));
      await connection.answer();
      expect(await ended.promise).toBe(true);
    });

    it('can be read slowly', async () => {
      const connection = await client(async (request, response) => {
        let bytes = 0;
        for await (const piece of request) {
          bytes += (piece as Buffer).length;
          await new Promise((resolve) => setImmediate(resolve));
        }
        response.end(String(bytes));
      });
      connection.send(post('/', Buffer.alloc(2 << 20)));
      expect((await connection.answer()).text).toBe(String(2 << 20));
    });

    it('lets a client that waits for 100 Continue go on', async () => {
      const connection = await client((request, response) => request.pipe(response));
      connection.send(head('POST', '/', 'Content-Length: 2', 'Expect: 100-continue'));
      expect((await connection.answer()).status).toBe(100);
      connection.send('hi');
      expect((await connection.answer()).text).toBe('hi');
    });

    it('closes behind its end, once', async () => {
      const events: string[] = [];
      const closed = signal();
      const connection = await client((request, response) => {
        for (const name of ['end', 'close', 'aborted', 'error']) request.on(name, () => events.push(name));
        request.on('close', closed.resolve);
        request.on('end', () => response.end()).resume();
      });
      connection.send(post('/', 'x'));
      await connection.answer();
      await closed.promise;
      expect(events).toEqual(['end', 'close']);
    });
  });

  describe('a response', () => {
    it('has its fields set, read, appended and removed', async () => {
      const connection = await client((_request, response) => {
        response.setHeader('X-A', '1');
        response.setHeader('X-Gone', 'x');
        response.removeHeader('x-gone');
        response.appendHeader('x-a', '2');
        response.setHeader('X-Number', 7);
        response.end(JSON.stringify([response.getHeader('x-a'), response.hasHeader('X-Gone'), response.getHeaderNames(), response.getHeaders()]));
      });
      connection.send(get('/'));
      const answer = await connection.answer();
      expect(answer.json()).toEqual([['1', '2'], false, ['x-a', 'x-number'], { 'x-a': ['1', '2'], 'x-number': 7 }]);
      expect(answer.fields.filter(([name]) => name.startsWith('X-'))).toEqual([['X-A', '1'], ['X-A', '2'], ['X-Number', '7']]);
    });

    it.each<[string, (response: http.ServerResponse) => http.ServerResponse]>([
      ['an object', (response) => response.writeHead(201, { 'X-A': ['1', '2'], 'X-B': 3 })],
      ['a reason and an object', (response) => response.writeHead(201, 'Created', { 'X-A': ['1', '2'], 'X-B': '3' })],
      ['a flat list', (response) => response.writeHead(201, ['X-A', '1', 'X-A', '2', 'X-B', '3'])],
      ['fields set before', (response) => response.setHeader('X-A', ['1', '2']).writeHead(201, { 'X-B': '3' })],
    ])('takes its head from writeHead() with %s', async (_form, write) => {
      const connection = await client((_request, response) => write(response).end('x'));
      connection.send(get('/'));
      const answer = await connection.answer();
      expect([answer.status, answer.reason]).toEqual([201, 'Created']);
      expect(answer.fields.filter(([name]) => name.startsWith('X-'))).toEqual([['X-A', '1'], ['X-A', '2'], ['X-B', '3']]);
    });

    it.each<[string, string, (response: http.ServerResponse) => unknown]>([
      ['a name with a space', 'ERR_INVALID_HTTP_TOKEN', (response) => response.setHeader('a b', '1')],
      ['a value with a line break', 'ERR_INVALID_CHAR', (response) => response.setHeader('a', '1\r\nb: 2')],
      ['no value', 'ERR_HTTP_INVALID_HEADER_VALUE', (response) => response.setHeader('a', undefined as never)],
      ['a bad value in writeHead()', 'ERR_INVALID_CHAR', (response) => response.writeHead(200, { a: '1\n' })],
      ['a bad name in writeHead()', 'ERR_INVALID_HTTP_TOKEN', (response) => response.writeHead(200, { 'a:b': '1' })],
      ['a status that is none', 'ERR_HTTP_INVALID_STATUS_CODE', (response) => response.writeHead(99)],
      ['a chunk that is none', 'ERR_INVALID_ARG_TYPE', (response) => response.write(5 as never)],
      ['null as a chunk', 'ERR_STREAM_NULL_VALUES', (response) => response.write(null as never)],
    ])('refuses %s and can still be answered', async (_what, code, attempt) => {
      const connection = await client((_request, response) => {
        let caught: unknown;
        try {
          attempt(response);
        } catch (error) {
          caught = (error as NodeJS.ErrnoException).code;
        }
        response.end(`${String(caught)} ${response.headersSent}`);
      });
      connection.send(get('/'));
      expect((await connection.answer()).text).toBe(`${code} false`);
    });

    it('says when its head is fixed', async () => {
      const connection = await client((_request, response) => {
        const before = response.headersSent;
        response.writeHead(200);
        let code: unknown;
        try {
          response.setHeader('a', '1');
        } catch (error) {
          code = (error as NodeJS.ErrnoException).code;
        }
        response.end(JSON.stringify([before, response.headersSent, code]));
      });
      connection.send(get('/'));
      expect((await connection.answer()).json()).toEqual([false, true, 'ERR_HTTP_HEADERS_SENT']);
    });

    it('has a length when it is ended at once, and chunks when it is written', async () => {
      const connection = await client(({ url }, response) => {
        if (url === '/written') response.write('a');
        response.end('b');
      });
      connection.send(get('/'));
      const whole = await connection.answer();
      expect([whole.text, whole.field('content-length'), whole.field('transfer-encoding')]).toEqual(['b', '1', undefined]);
      connection.send(get('/written'));
      const pieces = await connection.answer();
      expect([pieces.text, pieces.field('content-length'), pieces.field('transfer-encoding')]).toEqual(['ab', undefined, 'chunked']);
    });

    it('keeps a length that it was given', async () => {
      const connection = await client((_request, response) => {
        response.setHeader('Content-Length', 4);
        response.write('ab');
        setImmediate(() => response.end('cd'));
      });
      connection.send(get('/'));
      const answer = await connection.answer();
      expect([answer.text, answer.field('content-length'), answer.field('transfer-encoding')]).toEqual(['abcd', '4', undefined]);
    });

    it('encodes text as it is told', async () => {
      const connection = await client((_request, response) => {
        response.write('ü', 'latin1');
        response.write('AAE=', 'base64');
        response.end('ff', 'hex');
      });
      connection.send(get('/'));
      expect((await connection.answer()).body).toEqual(Buffer.from([0xfc, 0, 1, 0xff]));
    });

    it.each([204, 304])('sends no content with %i', async (status) => {
      const connection = await client((_request, response) => {
        response.statusCode = status;
        response.write('ignored');
        response.end('ignored');
      });
      connection.send(get('/') + get('/'));
      expect((await connection.answer()).status).toBe(status);
      expect((await connection.answer()).status).toBe(status);
    });

    it('tells HEAD the length that it was given, without content', async () => {
      const connection = await client((_request, response) => response.writeHead(200, { 'Content-Length': 5 }).end('hello'));
      connection.send(head('HEAD', '/') + get('/'));
      const answer = await connection.answer('HEAD');
      expect([answer.field('content-length'), answer.body.length]).toEqual(['5', 0]);
      expect((await connection.answer()).text).toBe('hello');
    });

    it('sends its head ahead with flushHeaders()', async () => {
      const go = signal();
      const connection = await client(async (_request, response) => {
        response.flushHeaders();
        await go.promise;
        response.end('later');
      });
      connection.send(get('/'));
      expect((await connection.head()).status).toBe(200);
      expect(connection.unread.length).toBe(0);
      go.resolve();
      expect(String(await connection.piece())).toContain('later');
    });

    it('finishes, then closes, behind end()', async () => {
      const events: string[] = [];
      const closed = signal();
      const connection = await client((_request, response) => {
        response.on('finish', () => events.push(`finish ${response.writableFinished}`));
        response.on('close', () => {
          events.push('close');
          closed.resolve();
        });
        response.end('x', () => events.push('callback'));
        events.push(`returned ${response.writableEnded}`);
      });
      connection.send(get('/'));
      await connection.answer();
      await closed.promise;
      // Which of the two in the middle is first differs between releases of Node.
      expect([events[0], events.slice(1, 3).sort(), events[3]]).toEqual(['returned true', ['callback', 'finish true'], 'close']);
    });

    it('takes a second end(), whose callback hears of the first', async () => {
      const heard: string[] = [];
      const closed = signal();
      const connection = await client((_request, response) => {
        response.on('close', () => response.end(((error?: NodeJS.ErrnoException) => {
          heard.push(String(error?.code));
          closed.resolve();
        }) as () => void));
        response.end('x');
        response.end(() => heard.push('ended'));
      });
      connection.send(get('/'));
      expect((await connection.answer()).text).toBe('x');
      await closed.promise;
      expect(heard).toEqual(['ended', 'ERR_STREAM_ALREADY_FINISHED']);
    });

    it('calls back for each write', async () => {
      const events: string[] = [];
      const connection = await client((_request, response) => {
        response.write('a', () => events.push('a'));
        response.write('b', 'utf8', () => events.push('b'));
        response.end('c', 'utf8', () => events.push('c'));
      });
      connection.send(get('/'));
      expect((await connection.answer()).text).toBe('abc');
      await expect.poll(() => events).toEqual(['a', 'b', 'c']);
    });

    it('has taken a piece when it calls back: its memory may be used again', async () => {
      const connection = await client((_request, response) => {
        const memory = Buffer.alloc(1000);
        let written = 0;
        const more = (): void => {
          if (written === 100) return void response.end();
          memory.fill(written++);
          response.write(memory, more);
        };
        more();
      });
      connection.send(get('/'));
      const { body } = await connection.answer();
      expect(Array.from({ length: 100 }, (_, i) => body[i * 1000])).toEqual(Array.from({ length: 100 }, (_, i) => i));
    });

    it('says when to wait, and when to go on', async () => {
      const connection = await client((_request, response) => {
        let written = 0;
        let waits = 0;
        const more = (): void => {
          while (written < 4 << 20) {
            written += 65_536;
            if (response.write(Buffer.alloc(65_536))) continue;
            waits++;
            return void response.once('drain', more);
          }
          response.end(waits > 0 ? 'waited' : 'did not wait');
        };
        more();
      });
      connection.send(get('/'));
      expect((await connection.answer()).body.subarray(4 << 20).toString()).toBe('waited');
    });

    it('is the end of pipe() and of pipeline()', async () => {
      const piped = signal<unknown>();
      const connection = await client(({ url }, response) => {
        const source = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(50_000)));
        if (url === '/pipe') source.pipe(response);
        else pipeline(source, response, (error) => piped.resolve(error ?? 'complete'));
      });
      connection.send(get('/pipe') + get('/pipeline'));
      expect((await connection.answer()).body.length).toBe(5_000_000);
      expect((await connection.answer()).body.length).toBe(5_000_000);
      expect(await piped.promise).toBe('complete');
    });

    it('refuses a write behind its end', async () => {
      const caught = signal<string>();
      const called = signal<string>();
      const connection = await client((_request, response) => {
        response.on('error', (error: NodeJS.ErrnoException) => caught.resolve(String(error.code)));
        response.end('x');
        response.write('y', (error) => called.resolve(String((error as NodeJS.ErrnoException).code)));
      });
      connection.send(get('/'));
      expect((await connection.answer()).text).toBe('x');
      expect([await caught.promise, await called.promise]).toEqual(['ERR_STREAM_WRITE_AFTER_END', 'ERR_STREAM_WRITE_AFTER_END']);
    });

    it('lets middleware wrap writeHead(), write() and end()', async () => {
      const connection = await client((_request, response) => {
        const { writeHead, write, end } = response;
        response.writeHead = function (this: http.ServerResponse, ...args: unknown[]) {
          this.setHeader('x-wrapped', 'yes');
          return Reflect.apply(writeHead, this, args);
        } as typeof writeHead;
        response.write = ((chunk: string) => Reflect.apply(write, response, [chunk.toUpperCase()])) as typeof write;
        response.end = ((chunk: string) => {
          response.write(chunk);
          return Reflect.apply(end, response, []);
        }) as typeof end;
        response.end('text');
      });
      connection.send(get('/'));
      const answer = await connection.answer();
      expect([answer.text, answer.field('x-wrapped')]).toEqual(['TEXT', 'yes']);
    });

    it('survives another prototype, as Express gives it', async () => {
      const connection = await client((request, response) => {
        Object.setPrototypeOf(request, Object.create(http.IncomingMessage.prototype));
        Object.setPrototypeOf(response, Object.create(http.ServerResponse.prototype));
        request.pipe(response);
      });
      connection.send(post('/', 'content'));
      expect((await connection.answer()).text).toBe('content');
    });
  });

  describe('writeEarlyHints()', () => {
    it.each<[string, unknown, string]>([
      ['text', 'no object', 'ERR_INVALID_ARG_TYPE'],
      ['a link that is none', { link: 'no link' }, 'ERR_INVALID_ARG_VALUE'],
    ])('throws for %s', async (_what, hints, code) => {
      const connection = await client((_request, response) => {
        try {
          response.writeEarlyHints(hints as Record<string, string>);
          response.end('sent');
        } catch (error) {
          response.end(String((error as NodeJS.ErrnoException).code));
        }
      });
      connection.send(get('/'));
      expect((await connection.answer()).text).toBe(code);
    });
  });

  describe('an answer to HEAD', () => {
    it.each<[string, Listener]>([
      ['setHeader()', (_request, response) => response.setHeader('Content-Length', 13).end('null')],
      ['writeHead()', (_request, response) => response.writeHead(200, { 'content-length': '13' }).end('null')],
    ])('keeps the length that %s names', async (_by, listener) => {
      const connection = await client(listener);
      connection.send(head('HEAD', '/'));
      expect((await connection.answer('HEAD')).field('content-length')).toBe('13');
    });
  });

  describe('a client that leaves', () => {
    it('before the answer aborts the request and closes both', async () => {
      const events: string[] = [];
      const entered = signal();
      const closed = signal();
      const connection = await client((request, response) => {
        request.on('aborted', () => events.push('request aborted'));
        request.on('error', (error: NodeJS.ErrnoException) => events.push(`request error ${error.code}`));
        request.on('close', () => events.push(`request close ${request.destroyed}`));
        response.on('finish', () => events.push('response finish'));
        response.on('close', () => {
          events.push(`response close ${response.writableFinished}`);
          setImmediate(closed.resolve);
        });
        entered.resolve();
      });
      connection.send(get('/'));
      await entered.promise;
      connection.reset();
      await closed.promise;
      expect(events.sort()).toEqual(['request aborted', 'request close true', 'request error ECONNRESET', 'response close false']);
    });

    it('right behind its request is noticed before anything is sent to it', async () => {
      const [entered, aborted] = [signal(), signal()];
      const connection = await client((request) => {
        request.on('aborted', aborted.resolve).on('error', () => {});
        entered.resolve();
      });
      connection.send(get('/'));
      await entered.promise;
      connection.finish();
      await aborted.promise;
    });

    it('inside content behind another request aborts that one, too', async () => {
      const [entered, aborted] = [signal(), signal()];
      const connection = await client((request) => {
        request.on('error', () => {});
        if (request.method === 'GET') request.on('aborted', aborted.resolve);
        else request.once('data', entered.resolve);
      });
      connection.send(get('/'));
      connection.send(head('POST', '/', 'Content-Length: 1000000'));
      connection.send('x');
      await entered.promise;
      connection.finish();
      await aborted.promise;
    });

    it('or only ended its side has the answer of a listener that answers at once', async () => {
      const connection = await client((_request, response) => response.end('hello'));
      connection.send(get('/'));
      connection.finish();
      expect((await connection.answer()).text).toBe('hello');
    });

    it('inside a stream ends the pipeline that feeds it', async () => {
      const ended = signal<string>();
      const connection = await client((_request, response) => {
        const endless = new Readable({ read() { this.push(Buffer.alloc(10_000)); } });
        pipeline(endless, response, (error) => ended.resolve(String(error?.code)));
      });
      connection.send(get('/'));
      await connection.head();
      connection.reset();
      expect(await ended.promise).toBe('ERR_STREAM_PREMATURE_CLOSE');
    });

    it('inside its content fails the reading of it', async () => {
      const [entered, failed] = [signal(), signal<string>()];
      const connection = await client(async (request) => {
        try {
          for await (const _piece of request) entered.resolve();
        } catch (error) {
          failed.resolve(String((error as NodeJS.ErrnoException).code));
        }
      });
      connection.send(head('POST', '/', 'Content-Length: 1000000'));
      connection.send('x');
      await entered.promise;
      connection.reset();
      expect(await failed.promise).toBe('ECONNRESET');
    });

    it('is no concern of an answer that comes too late', async () => {
      const [entered, ended] = [signal(), signal<boolean>()];
      const connection = await client((_request, response) => {
        response.on('close', () => {
          response.on('error', () => ended.resolve(false));
          response.end('late', () => ended.resolve(false));
          setImmediate(() => ended.resolve(response.writableEnded));
        });
        entered.resolve();
      });
      connection.send(get('/'));
      await entered.promise;
      connection.reset();
      expect(await ended.promise).toBe(true);
    });
  });

  describe('destroy()', () => {
    it.each<[string, Listener]>([
      ['of the response', (_request, response) => response.destroy()],
      ['of the request', (request) => request.destroy()],
      ['of the socket', (request) => request.socket.destroy()],
    ])('%s cuts the connection without an answer', async (_of, listener) => {
      const connection = await client(listener);
      connection.send(get('/'));
      await expect(connection.answer()).rejects.toThrow(CutError);
    });

    it('of the request makes an answer in the same tick go nowhere', async () => {
      const connection = await client((request, response) => {
        request.destroy();
        response.end('too late');
      });
      connection.send(get('/'));
      await expect(connection.answer()).rejects.toThrow(CutError);
    });

    it('inside a stream makes the answer look cut', async () => {
      const connection = await client((_request, response) => {
        response.write('part');
        setTimeout(() => response.destroy(), 20);
      });
      connection.send(get('/'));
      await expect(connection.answer()).rejects.toThrow(CutError);
    });

    it('is what finished() tells', async () => {
      const told = signal<string>();
      const connection = await client((_request, response) => {
        finished(response, (error) => told.resolve(String(error?.code)));
        response.destroy();
      });
      connection.send(get('/'));
      expect(await told.promise).toBe('ERR_STREAM_PREMATURE_CLOSE');
    });
  });

  it('a time-out of the response is heard', async () => {
    const connection = await client((_request, response) => {
      response.setTimeout(20, () => response.writeHead(503).end('slow'));
    });
    connection.send(get('/'));
    expect((await connection.answer()).status).toBe(503);
  });

  it('a time-out that nobody hears cuts the connection', async () => {
    const connection = await client((request) => void request.socket.setTimeout(20));
    connection.send(get('/'));
    await expect(connection.answer()).rejects.toThrow(CutError);
  });
});
