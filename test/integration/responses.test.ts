/** Answers of applications on the wire: bodies of every kind, framing, what is refused. */
import { describe, expect, it } from 'vitest';
import { defineHead, type FastServer, type Respond, staticBody } from '../../dist/index.js';
import { ask, Client, get, head } from '../support/client.ts';
import { connected, inline, signal, takeErrors } from '../support/servers.ts';

const KIB = 1024;

function answering(respondWith: (respond: Respond) => unknown): Promise<FastServer> {
  return inline((_request, respond) => void respondWith(respond));
}

function bytes(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 10)) & 0xff));
}

describe('a body', () => {
  it.each([
    ['empty text', ''],
    ['ASCII', 'hello'],
    ['UTF-8', 'grüße, 世界, 😀'],
    ['16 KiB of text', 'ä'.repeat(8 * KIB)],
    ['text beyond the ring record', 'aä€'.repeat(20_000)],
    ['2 MiB of text', 'x'.repeat(2 * KIB * KIB)],
  ])('of %s is sent as UTF-8 with its length', async (_name, text) => {
    const server = await answering((respond) => respond(200, [], text));
    const answer = await ask(server.url, get('/'));
    expect(answer.field('content-length')).toBe(String(Buffer.byteLength(text)));
    expect(answer.text).toBe(text);
  });

  it.each([0, 1, 100, 16 * KIB, 16 * KIB + 1, 100 * KIB, KIB * KIB, 5 * KIB * KIB])('of %i bytes is sent as it is', async (size) => {
    const content = bytes(size);
    const server = await answering((respond) => respond(200, [], content));
    expect((await ask(server.url, get('/'))).body.equals(content)).toBe(true);
  });

  it('is copied before respond returns', async () => {
    const content = Buffer.alloc(100_000, 'a');
    const server = await answering((respond) => {
      respond(200, [], content);
      content.fill('b');
    });
    expect((await ask(server.url, get('/'))).text).toBe('a'.repeat(100_000));
  });

  it('may be a part of a larger buffer', async () => {
    const server = await answering((respond) => respond(200, [], new Uint8Array(bytes(1000)).subarray(100, 110)));
    expect((await ask(server.url, get('/'))).body).toEqual(bytes(1000).subarray(100, 110));
  });

  it('of null is empty', async () => {
    const server = await answering((respond) => respond(200, [], null));
    expect((await ask(server.url, get('/'))).field('content-length')).toBe('0');
  });

  it('that is static is sent to many clients at once', async () => {
    const content = bytes(300 * KIB);
    const shared = staticBody(content);
    const server = await answering((respond) => respond(200, [], shared));
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(server.url, get('/'))));
    expect(answers.every(({ body }) => body.equals(content))).toBe(true);
    expect(shared.byteLength).toBe(content.byteLength);
  });

  it('of 5 MiB to twenty slow clients is whole', async () => {
    const content = bytes(5 * KIB * KIB);
    const server = await answering((respond) => respond(200, [], content));
    const clients = await Promise.all(Array.from({ length: 20 }, () => connected(server)));
    for (const client of clients) client.send(get('/'));
    for (const client of clients) expect((await client.answer()).body.equals(content)).toBe(true);
  });
});

describe('fields', () => {
  it('arrive as given, in order, with repeated names', async () => {
    const fields = ['Set-Cookie', 'a=1', 'X-A', 'é', 'set-cookie', 'b=2'];
    const server = await answering((respond) => respond(200, fields, 'x'));
    const answer = await ask(server.url, get('/'));
    expect(answer.fields.slice(0, 3)).toEqual([['Set-Cookie', 'a=1'], ['X-A', 'é'], ['set-cookie', 'b=2']]);
  });

  it('of a prepared head are used again and again', async () => {
    const prepared = defineHead(['content-type', 'text/plain', 'x-one', '1']);
    const server = await answering((respond) => respond(201, prepared, 'x'));
    for (let i = 0; i < 3; i++) {
      const answer = await ask(server.url, get('/'));
      expect([answer.status, answer.field('x-one'), answer.field('content-type')]).toEqual([201, '1', 'text/plain']);
    }
  });

  it('that belong to the server are not the application\'s to send', async () => {
    const fields = ['Connection', 'upgrade', 'Transfer-Encoding', 'gzip', 'Date', 'never', 'Keep-Alive', 'timeout=5'];
    const server = await answering((respond) => respond(200, fields, 'abc'));
    const answer = await ask(server.url, get('/'));
    expect(answer.text).toBe('abc');
    expect(answer.fields.map(([name]) => name.toLowerCase()).sort()).toEqual(['content-length', 'date']);
  });

  it('with a wrong Content-Length get the real one', async () => {
    const server = await answering((respond) => respond(200, ['Content-Length', '999'], 'abc'));
    const client = await connected(server);
    client.send(get('/') + get('/'));
    expect((await client.answer()).text).toBe('abc');
    expect((await client.answer()).text).toBe('abc');
  });

  it.each<[string, string[]]>([
    ['CR LF in a value', ['x-a', 'b\r\nx-injected: yes']],
    ['LF in a value', ['x-a', 'b\nx-injected: yes']],
    ['CR in a value', ['x-a', 'b\rc']],
    ['CR LF at the end of a value', ['x-a', 'b\r\n']],
    ['NUL in a value', ['x-a', 'b\0c']],
    ['CR LF in a name', ['x-a: b\r\nx-injected', 'yes']],
    ['a space in a name', ['x a', 'b']],
    ['an empty name', ['', 'b']],
    ['a colon in a name', ['x:a', 'b']],
    ['a char beyond latin-1', ['x-a', '€']],
    ['a name without value', ['x-a']],
  ])('with %s become a logged 500, and nothing of them is sent', async (_name, fields) => {
    const errors = takeErrors();
    const server = await answering((respond) => respond(200, fields, 'secret'));
    const client = await connected(server);
    client.send(get('/injection') + get('/again'));
    for (const target of ['/injection', '/again']) {
      const answer = await client.answer();
      expect([answer.status, answer.text]).toEqual([500, 'Internal Server Error\n']);
      expect(answer.field('x-injected')).toBeUndefined();
      expect(errors()).toMatch(new RegExp(`error GET ${target}: TypeError: `));
    }
    expect(client.unread).toHaveLength(0);
  });

  it.each([0, 99, 100, 101, 199, 600, 1000, -1, Number.NaN, 2 ** 40])('with status %d become a 500', async (status) => {
    const errors = takeErrors();
    const server = await answering((respond) => respond(status, [], 'x'));
    expect((await ask(server.url, get('/'))).status).toBe(500);
    expect(errors()).toContain('TypeError');
  });
});

describe('an answer without content', () => {
  it.each([204, 304])('of status %i sends none, whatever the body', async (status) => {
    const server = await answering((respond) => respond(status, ['etag', '"x"'], 'content'));
    const client = await connected(server);
    client.send(get('/') + get('/'));
    for (let i = 0; i < 2; i++) {
      const answer = await client.answer();
      expect([answer.status, answer.field('etag'), answer.field('transfer-encoding')]).toEqual([status, '"x"', undefined]);
    }
    expect(client.unread).toHaveLength(0);
  });

  it.each([
    ['text', 'content'],
    ['a stream', (async function* () { yield 'con'; yield 'tent'; })()],
  ])('of status 205 says so with its length, also where the body is %s', async (_name, body) => {
    const server = await answering((respond) => respond(205, [], body));
    const client = await connected(server);
    client.send(get('/'));
    const answer = await client.answer();
    expect([answer.status, answer.field('content-length'), answer.field('transfer-encoding'), answer.text]).toEqual([205, '0', undefined, '']);
    expect(client.unread).toHaveLength(0);
  });

  it('to HEAD has the length of the content', async () => {
    const server = await answering((respond) => respond(200, [], 'hello'));
    const client = await connected(server);
    client.send(head('HEAD', '/') + get('/'));
    expect((await client.answer('HEAD')).field('content-length')).toBe('5');
    expect((await client.answer()).text).toBe('hello');
  });

  it('to HEAD keeps the Content-Length that the application names', async () => {
    const server = await answering((respond) => respond(200, ['content-length', '1234'], null));
    expect((await ask(server.url, head('HEAD', '/'), 'HEAD')).field('content-length')).toBe('1234');
  });

  it('to HEAD of a large or static body leaves the connection in order', async () => {
    const shared = staticBody(bytes(50_000));
    const server = await inline((request, respond) => respond(200, [], request.path === '/s' ? shared : bytes(40_000)));
    const client = await connected(server);
    client.send(head('HEAD', '/s') + head('HEAD', '/b') + get('/b'));
    expect((await client.answer('HEAD')).field('content-length')).toBe('50000');
    expect((await client.answer('HEAD')).field('content-length')).toBe('40000');
    expect((await client.answer()).body).toHaveLength(40_000);
  });
});

describe('the handler', () => {
  it('that answers twice hears of it, and the client gets the first answer only', async () => {
    const errors = takeErrors();
    const server = await answering((respond) => {
      respond(200, [], 'first');
      respond(200, [], 'second');
    });
    const client = await connected(server);
    client.send(get('/twice'));
    expect((await client.answer()).text).toBe('first');
    client.send(get('/twice'));
    expect((await client.answer()).text).toBe('first');
    expect(errors()).toContain('GET /twice: AlreadyAnsweredError: this request was answered already: call respond() once for each request');
  });

  it('that answers twice, the second time much later, changes nothing either', async () => {
    const second = signal<unknown>();
    const server = await answering((respond) => {
      respond(200, [], 'first');
      setImmediate(() => {
        try {
          respond(200, [], 'second');
        } catch (error) {
          second.resolve(error);
        }
      });
    });
    const client = await connected(server);
    client.send(get('/'));
    expect((await client.answer()).text).toBe('first');
    expect(await second.promise).toMatchObject({ name: 'AlreadyAnsweredError' });
    client.send(get('/'));
    expect((await client.answer()).text).toBe('first');
  });

  it.each<[string, () => void | Promise<void>]>([
    ['throws', () => { throw new Error('boom'); }],
    ['rejects', () => Promise.reject(new Error('boom'))],
    ['rejects later', () => new Promise((_, reject) => setImmediate(reject, new Error('boom')))],
  ])('that %s is answered with a constant 500 and logged with its stack', async (_name, fail) => {
    const errors = takeErrors();
    const server = await inline(fail);
    const answer = await ask(server.url, get('/fails?x'));
    expect([answer.status, answer.text]).toEqual([500, 'Internal Server Error\n']);
    expect(errors()).toMatch(/ error GET \/fails\?x: Error: boom\n {4}at /);
  });

  it('that throws what is no Error is logged too', async () => {
    const errors = takeErrors();
    const server = await inline(() => { throw 'a string'; });
    expect((await ask(server.url, get('/'))).status).toBe(500);
    expect(errors()).toContain('a string');
  });

  it('whose promise resolves without an answer is told so', async () => {
    const errors = takeErrors();
    const server = await inline(async () => {});
    expect((await ask(server.url, get('/forgotten'))).status).toBe(500);
    expect(errors()).toContain("error GET /forgotten: Error: the application's promise resolved, but respond() was not called");
  });

  it('may answer after it returned', async () => {
    const server = await inline((_request, respond) => void setImmediate(() => respond(200, [], 'later')));
    expect((await ask(server.url, get('/'))).text).toBe('later');
  });

  it('with a body of no known kind is a 500 that names the kinds', async () => {
    const errors = takeErrors();
    const server = await answering((respond) => respond(200, [], { some: 'object' } as never));
    expect((await ask(server.url, get('/'))).status).toBe(500);
    expect(errors()).toContain('a body is a string, a Uint8Array, a static body, an async iterable or null');
  });
});

describe('connections', () => {
  it.each([
    ['HTTP/1.1', get('/'), undefined],
    ['HTTP/1.1 with Connection: close', get('/', 'Connection: close'), 'close'],
    ['HTTP/1.1 with a list', get('/', 'Connection: keep-alive, CLOSE'), 'close'],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 'close'],
    ['HTTP/1.0 with keep-alive', 'GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n', 'keep-alive'],
  ])('of %s', async (_name, request, expected) => {
    const server = await answering((respond) => respond(200, [], 'x'));
    const client = await Client.connect(server.url);
    client.send(request);
    expect((await client.answer()).field('connection')).toBe(expected);
    if (expected === 'close') {
      client.finish();
      expect(await client.ended()).toBe('fin');
    } else {
      client.send(get('/', 'Connection: close'));
      expect((await client.answer()).status).toBe(200);
    }
    client.destroy();
  });

  it('that are half-closed behind a request still get the answer', async () => {
    const server = await inline((_request, respond) => void setImmediate(() => respond(200, [], 'x'.repeat(100_000))));
    const client = await connected(server);
    client.send(get('/'));
    client.finish();
    expect((await client.answer()).body).toHaveLength(100_000);
    expect(await client.ended()).toBe('fin');
  });
});
