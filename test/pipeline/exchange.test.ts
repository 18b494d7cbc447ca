/** Requests and responses inside an application: what it lends to them, and what it gives back when they have ended. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AppOptions, BadSignature, defineApp, html, path, stream, type View } from '../../src/index.ts';
import { type TestClient, testClient } from '../../src/testing/index.ts';

const SECRET = 'exchange-0123456789abcdefghijklmnopqrstuv';
const NEXT_SECRET = 'rotated--0123456789abcdefghijklmnopqrstuv';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fastserve-test-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(directory, { recursive: true, force: true });
});

function client(view: View, options: Partial<AppOptions> = {}): TestClient {
  return testClient(defineApp({ urls: [path('', view)], uploadDirectory: directory, ...options }));
}

const FILE = { f: { name: 'a.txt', content: 'content' } };

describe('uploaded files', () => {
  test('are there for the view and gone behind it', async () => {
    let seen = '';
    const app = client(async (request) => {
      const file = (await request.form()).file('f');
      seen = file?.path ?? '';
      return `${existsSync(seen)} ${await file?.text()}`;
    });
    expect((await app.post('/', { multipart: FILE })).text()).toBe('true content');
    expect(seen.startsWith(directory)).toBe(true);
    await vi.waitFor(() => expect(readdirSync(directory)).toEqual([]));
  });

  test('are there until a streamed answer has ended', async () => {
    const app = client(async (request) => {
      const file = (await request.form()).file('f');
      return stream((async function* () {
        yield 'got ';
        await new Promise((resolve) => setImmediate(resolve));
        yield (await file?.text()) ?? '';
      })());
    });
    expect((await app.post('/', { multipart: FILE })).text()).toBe('got content');
    await vi.waitFor(() => expect(readdirSync(directory)).toEqual([]));
  });

  test.each(['HEAD', 'POST'])('are gone behind a stream that is not read to its end (%s)', async (method) => {
    const app = client(async (request) => {
      await request.form();
      return stream((async function* () {
        yield 'a';
        throw new Error('broken');
      })());
    });
    await app.request(method, '/', { multipart: FILE }).catch(() => {});
    await vi.waitFor(() => expect(readdirSync(directory)).toEqual([]));
  });

  test('are gone behind a view that fails', async () => {
    const app = client(async (request) => {
      await request.form();
      throw new Error('broken');
    });
    await expect(app.post('/', { multipart: FILE })).rejects.toThrow('broken');
    await vi.waitFor(() => expect(readdirSync(directory)).toEqual([]));
  });

  test('are gone behind an answer that the gateway refuses', async () => {
    const app = client(async (request) => {
      await request.form();
      const response = stream(['x']);
      response.status = 1000;
      return response;
    });
    await expect(app.post('/', { multipart: FILE })).rejects.toThrow(/status 1000/);
    await vi.waitFor(() => expect(readdirSync(directory)).toEqual([]));
  });
});

describe('limits of an application', () => {
  const read: View = async (request) => {
    const form = await request.form();
    return `${form.size} ${form.files.length}`;
  };

  test('hold for its forms', async () => {
    const app = client(read, { content: { fileBytes: 6, fieldCount: 2 } });
    const large = await app.post('/', { multipart: FILE });
    expect([large.status, large.text()]).toEqual([413, 'The file "f" has more than 6 bytes\n']);
    const many = await app.post('/', { form: { a: ['1', '2', '3'] } });
    expect([many.status, many.text()]).toEqual([400, 'The form has more than 2 fields\n']);
  });

  test('can be others for one view', async () => {
    const app = client(async (request) => `${(await request.form({ fileBytes: 7 })).files.length}`, { content: { fileBytes: 6 } });
    expect((await app.post('/', { multipart: FILE })).text()).toBe('1');
  });

  test.each<[string, Parameters<TestClient['post']>[1]]>([
    ['The multipart form is malformed: it ends before its last boundary\n', { body: '--b', headers: { 'content-type': 'multipart/form-data; boundary=b' } }],
    ['The multipart form has no boundary in its Content-Type\n', { body: 'x', headers: { 'content-type': 'multipart/form-data' } }],
    ['The form is malformed: "%" without two hexadecimal digits behind it, at position 2\n', { body: 'a=%', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
  ])('a form that is none is answered with 400: %s', async (reason, init) => {
    const answer = await client(read).post('/', init);
    expect([answer.status, answer.text()]).toEqual([400, reason]);
  });

  test('malformed JSON and queries are answered with 400', async () => {
    const app = client(async (request) => `${request.query.size} ${JSON.stringify(await request.json())}`);
    const json = await app.post('/', { body: '{"a":\n oops}' });
    expect([json.status, json.text()]).toEqual([400, 'The request content is not JSON: unexpected "o", expected a value at line 2, column 2\n']);
    expect((await app.post('/?q=%', { json: {} })).status).toBe(400);
  });
});

describe('signed cookies', () => {
  const view: View = (request) => {
    const before = request.signedCookie('user', { maxAge: 60 });
    return html(`${before}`).setSignedCookie(request, 'user', 'ada: é', { httpOnly: true });
  };

  test('come back', async () => {
    const app = client(view, { secretKey: SECRET });
    const first = await app.get('/');
    expect(first.text()).toBe('undefined');
    expect(first.headers.getSetCookie()[0]).toMatch(/^user=ada%3A%20%C3%A9%3A[0-9A-Za-z]+%3A[\w-]{43}; Path=\/; HttpOnly$/);
    expect((await app.get('/')).text()).toBe('ada: é');
  });

  test('that are forged, of another name or salt, or too old are none', async () => {
    const app = client(view, { secretKey: SECRET });
    await app.get('/');
    const good = app.cookies.get('user') as string;
    app.cookies.set('user', good.replace('ada', 'bob'));
    expect((await app.get('/')).text()).toBe('undefined');
    const other = client((request) => `${request.signedCookie('name')} ${request.signedCookie('user', { salt: 'x' })}`, { secretKey: SECRET });
    other.cookies.set('name', good);
    other.cookies.set('user', good);
    expect((await other.get('/')).text()).toBe('undefined undefined');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 62_000 });
    app.cookies.set('user', good);
    expect((await app.get('/')).text()).toBe('undefined');
  });

  test('outlive a change of the secret key', async () => {
    const before = client(view, { secretKey: SECRET });
    await before.get('/');
    const after = client(view, { secretKey: NEXT_SECRET, secretKeyFallbacks: [SECRET] });
    after.cookies.set('user', before.cookies.get('user') as string);
    expect((await after.get('/')).text()).toBe('ada: é');
  });

  test('need a secret key, and say how to give one', async () => {
    await expect(client(view).get('/')).rejects.toThrow(/^signedCookie\('user'\): the application has no secret key; give it one: defineApp\(\{ secretKey/);
    await expect(client((request) => html('').setSignedCookie(request, 'a', 'b')).get('/')).rejects.toThrow(/no secret key/);
  });

  test('a bad signature that a view does not catch is a 400', async () => {
    const app = client((request) => request.signer('link').unsign(request.query.get('token') ?? ''), { secretKey: SECRET });
    const answer = await app.get('/', { query: { token: 'x:y' } });
    expect([answer.status, answer.text()]).toEqual([400, 'The signature of the value does not match\n']);
    expect(new BadSignature()).toBeInstanceOf(Error);
  });
});

describe('options of an application', () => {
  test.each<[Partial<AppOptions>, RegExp]>([
    [{ secretKey: 'short' }, /defineApp\(\): secretKey has 5 characters; expected 32 or more; make one with/],
    [{ secretKey: 7 as never }, /secretKey is of type number/],
    [{ secretKey: SECRET, secretKeyFallbacks: ['x'] }, /secretKeyFallbacks\[0\] has 1 characters/],
    [{ secretKeyFallbacks: [SECRET] }, /secretKeyFallbacks is given without secretKey/],
    [{ content: { fileByte: 1 } as never }, /content\.fileByte is unknown; expected one of memoryBytes/],
    [{ content: { fileBytes: '1mb' as never } }, /content\.fileBytes is "1mb"; expected a whole number/],
    [{ content: 1 as never }, /content is number 1; expected an object of limits/],
    [{ uploadDirectory: '' }, /uploadDirectory is string ; expected the path/],
  ])('%j is refused', (options, message) => {
    expect(() => defineApp({ urls: [], ...options })).toThrow(message);
  });

  test('a message about a secret key does not show it', () => {
    expect(() => defineApp({ urls: [], secretKey: 'hunter2' })).not.toThrow(/hunter2/);
  });
});
