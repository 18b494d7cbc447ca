import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defineApp, gateway, html, json, nunjucks, path, redirect, render, testClient, testRequest, text, type View } from '../../src/index.ts';

const echo: View = async (request) => json({ method: request.method, path: request.fullPath, type: request.contentType, text: await request.text() });
const app = defineApp({
  urls: [
    path('', echo),
    path('form/', async (request) => json([...(await request.form())])),
    path('files/', async (request) => {
      const form = await request.form();
      return json({ fields: [...form], files: await Promise.all(form.files.map(async (file) => [file.fieldName, file.name, file.type, await file.text()])) });
    }),
    path('fail/', () => {
      throw new Error('the view is broken');
    }),
    path('go/<int:left>/', (_request, { left }) => redirect(left === 0 ? '/' : `/go/${left - 1}/`)),
    path('loop/', () => redirect('/loop/')),
    path('keep/', () => redirect('/', 307)),
    path('login/', (request) => text(request.cookies.get('id') ?? 'nobody').setCookie('id', 'ä b', { secure: true, httpOnly: true })),
    path('logout/', () => text('').deleteCookie('id')),
    path('scoped/', () => redirect('/').setCookie('inner', '1', { path: '/scoped' }).setCookie('foreign', '1', { domain: 'example.org' })),
    path('cookies/', (request) => json(Object.fromEntries(request.cookies))),
    path('scoped/cookies/', (request) => json(Object.fromEntries(request.cookies))),
    path('headers/', (request) => json([request.headers.get('x-a'), request.headers.get('x-b'), request.host, request.scheme, request.remoteAddress])),
  ],
});

describe('requests of a test client', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)('%s', async (method) => {
    const client = testClient(app);
    const call = client[method.toLowerCase() as 'get'].bind(client);
    expect((await call('/?a=1', { query: { b: ['2', 'ü'] } })).json()).toMatchObject({ method, path: '/?a=1&b=2&b=%C3%BC' });
  });

  test('HEAD has no content', async () => {
    expect((await testClient(app).head('/')).text()).toBe('');
  });

  test('JSON and text are sent as such', async () => {
    const client = testClient(app);
    expect((await client.post('/', { json: { a: 1 } })).json()).toMatchObject({ type: 'application/json', text: '{"a":1}' });
    expect((await client.post('/', { body: 'é', headers: { 'Content-Type': 'text/plain' } })).json()).toMatchObject({ type: 'text/plain', text: 'é' });
  });

  test('forms are sent url-encoded', async () => {
    expect((await testClient(app).post('/form/', { form: { a: ['1', '&'], b: 'ü' } })).json()).toEqual([['a', '1'], ['a', '&'], ['b', 'ü']]);
  });

  test('forms with files are sent as multipart', async () => {
    const multipart = { 'a"b': ['1', '2'], f: { name: 'x".txt', content: 'text', type: 'text/plain' }, g: { name: 'y', content: Uint8Array.of(65) } };
    expect((await testClient(app).post('/files/', { multipart })).json()).toEqual({
      fields: [['a"b', '1'], ['a"b', '2']],
      files: [['f', 'x".txt', 'text/plain', 'text'], ['g', 'y', 'application/octet-stream', 'A']],
    });
  });

  test('content in two ways is a TypeError', async () => {
    await expect(testClient(app).post('/', { json: 1, body: 'x' })).rejects.toThrow(/content is given as body and json/);
  });

  test('headers of the client are sent with each, those of the request replace them', async () => {
    const client = testClient(app, { origin: 'https://example.org:8443', headers: { 'X-A': '1', 'X-B': '2' } });
    const answer = await client.get('/headers/', { headers: { 'x-b': ['3', '4'] }, remoteAddress: '::1' });
    expect(answer.json()).toEqual(['1', '3, 4', 'example.org:8443', 'https', '::1']);
    expect(answer.url).toBe('https://example.org:8443/headers/');
  });

  test('applications in the raw form and fetch handlers answer too', async () => {
    const raw = gateway((request, respond) => respond(200, [], `${request.path} ${request.routeId}`));
    expect((await testClient(raw).get('/x')).text()).toBe('/x -1');
    const fetcher = { fetch: (request: globalThis.Request) => new globalThis.Response(new URL(request.url).pathname) };
    expect((await testClient(fetcher).get('/y')).text()).toBe('/y');
  });
});

describe('errors of views', () => {
  test('reject the request', async () => {
    await expect(testClient(app).get('/fail/')).rejects.toThrow('the view is broken');
  });

  test('are answered with 500 where that is asked for', async () => {
    expect((await testClient(app, { raiseErrors: false }).get('/fail/')).status).toBe(500);
  });

  test('of clients are answers', async () => {
    expect((await testClient(app).get('/nothing/')).status).toBe(404);
  });
});

describe('redirects', () => {
  test('are given as they are', async () => {
    const answer = await testClient(app).get('/go/0/');
    expect([answer.status, answer.headers.get('location'), answer.redirects]).toEqual([302, '/', []]);
  });

  test('are followed on demand, with GET and without content', async () => {
    const answer = await testClient(app).post('/go/1/', { form: { a: '1' }, follow: true });
    expect(answer.json()).toEqual({ method: 'GET', path: '/', type: '', text: '' });
    expect(answer.redirects).toEqual([{ status: 302, url: 'http://localhost/go/0/' }, { status: 302, url: 'http://localhost/' }]);
  });

  test('with status 307 keep method and content', async () => {
    const answer = await testClient(app).post('/keep/', { json: 7, follow: true });
    expect(answer.json()).toMatchObject({ method: 'POST', text: '7' });
  });

  test('in a circle end', async () => {
    await expect(testClient(app).get('/loop/', { follow: true })).rejects.toThrow(/more than 10 redirects/);
  });
});

describe('cookies', () => {
  test('are kept, sent, and forgotten when the application says so', async () => {
    const client = testClient(app);
    expect((await client.get('/login/')).text()).toBe('nobody');
    expect(client.cookies.get('id')).toBe('ä b');
    expect((await client.get('/login/')).text()).toBe('ä b');
    await client.get('/logout/');
    expect(client.cookies.get('id')).toBeUndefined();
  });

  test('are sent below their path and to their host only', async () => {
    const client = testClient(app);
    await client.get('/scoped/');
    expect((await client.get('/cookies/')).json()).toEqual({});
    expect((await client.get('/scoped/cookies/')).json()).toEqual({ inner: '1' });
  });

  test('that are secure are not sent in clear', async () => {
    const client = testClient(app, { origin: 'http://example.org' });
    await client.get('/login/');
    expect((await client.get('/login/')).text()).toBe('nobody');
    expect((await client.get('https://example.org/login/')).text()).toBe('ä b');
  });

  test('can be set and taken away by the test', async () => {
    const client = testClient(app);
    client.cookies.set('a', 'x;y');
    client.cookies.set('b', '2');
    expect((await client.get('/cookies/')).json()).toEqual({ a: 'x;y', b: '2' });
    client.cookies.delete('a');
    expect((await client.get('/cookies/')).json()).toEqual({ b: '2' });
    client.cookies.clear();
    expect((await client.get('/cookies/')).json()).toEqual({});
  });
});

describe('templates', () => {
  test('that were rendered are told with their context', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'fastserve-test-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'hello.html'), 'Hello {{ name }} of {{ site }}');
    const site = defineApp({
      urls: [path('', (request) => render(request, 'hello.html', { name: 'Ada' })), path('plain/', () => html('plain'))],
      templates: nunjucks({ directory }),
      contextProcessors: [() => ({ site: 'Atlas', name: 'nobody' })],
    });
    const client = testClient(site);
    const answer = await client.get('/');
    expect([answer.text(), answer.templatesUsed, answer.context]).toEqual(['Hello Ada of Atlas', ['hello.html'], { site: 'Atlas', name: 'Ada' }]);
    const plain = await client.get('/plain/');
    expect([plain.templatesUsed, plain.context]).toEqual([[], null]);
  });
});

describe('the life of the application', () => {
  test('begins with the first request and ends with close()', async () => {
    const log: string[] = [];
    const client = testClient(defineApp({ urls: [path('', () => 'ok')], onStart: () => void log.push('start'), onStop: () => void log.push('stop') }));
    await client.close();
    await Promise.all([client.get('/'), client.get('/')]);
    expect(log).toEqual(['start']);
    await client.close();
    expect(log).toEqual(['start', 'stop']);
  });
});

describe('testRequest', () => {
  test('is what a view is called with', async () => {
    const request = testRequest('/search/?q=1', { query: { page: '2' }, headers: { Cookie: 'a=1' } });
    expect([request.method, request.path, [...request.query], request.cookies.get('a')]).toEqual(['GET', '/search/', [['q', '1'], ['page', '2']], '1']);
    const post = testRequest('/', { form: { a: '1' } });
    expect([post.method, (await post.form()).get('a')]).toEqual(['POST', '1']);
  });
});
