/** What middlewares do, done by the front on what it answers in the application's place. */
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowedHosts, cachePage, common, defineApp, type FastServer, inject, NONCE, path, requestId, securityHeaders, serve, text } from '../../dist/index.js';
import { type Answer, ask, get, head } from '../support/client.ts';

const app = defineApp({
  middleware: [securityHeaders({ referrerPolicy: 'no-referrer' })],
  urls: [path('page/', () => 'page', { methods: ['GET'] }), path('own/', () => 'own')],
});
const CSP = "base-uri 'self'; object-src 'none'; frame-ancestors 'none'";
const EXPECTED = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'x-frame-options': 'DENY' };

describe('securityHeaders() without the application', () => {
  let root: string;
  let server: FastServer;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fastserve-fields-'));
    await writeFile(join(root, 'a.txt'), 'a');
    server = await serve({
      app,
      workers: 0,
      static: [
        { prefix: '/files/', root },
        { prefix: '/framed/', root, headers: { 'X-Frame-Options': 'SAMEORIGIN' } },
      ],
      security: { headers: { 'X-Frame-Options': 'NEVER', 'X-Site': 'one' } },
    });
  });
  afterAll(async () => {
    await server.close({ grace: 0 });
    await rm(root, { recursive: true });
  });

  const fieldsOf = (answer: Answer): Record<string, string | undefined> =>
    Object.fromEntries(Object.keys(EXPECTED).map((name) => [name, answer.field(name)]));

  it.each([
    ['a file', get('/files/a.txt'), 200],
    ['a range of a file', head('GET', '/files/a.txt', 'Range: bytes=0-0'), 206],
    ['a file that is not there', get('/files/b.txt'), 404],
    ['a redirect to the slash', get('/page'), 301],
    ['a method that the route does not take', head('POST', '/page/', 'Content-Length: 0'), 405],
    ['a path that nothing matches', get('/nowhere/'), 404],
    ['a broken path', get('/%zz'), 400],
    ['a view', get('/page/'), 200],
  ])('%s has its fields, once', async (_what, request, status) => {
    const answer = await ask(server.url, request);
    expect(answer.status).toBe(status);
    expect(fieldsOf(answer)).toEqual(EXPECTED);
    expect(answer.field('x-site')).toBe('one');
  });

  it('a file has the policy of pages', async () => {
    expect((await ask(server.url, get('/files/a.txt'))).field('content-security-policy')).toBe(CSP);
  });

  it('a page of an error has a policy that lets its own style in', async () => {
    const page = await ask(server.url, get('/nowhere/', 'Accept: text/html'));
    expect(page.field('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  });

  it('a directory keeps the fields of its own', async () => {
    expect((await ask(server.url, get('/framed/a.txt'))).field('x-frame-options')).toBe('SAMEORIGIN');
  });
});

it('securityHeaders() sets the same fields under inject()', async () => {
  expect((await inject(app, '/page/')).headers.get('referrer-policy')).toBe('no-referrer');
});

describe('what an application asks of all its requests', () => {
  let root: string;
  let server: FastServer;
  const site = defineApp({
    middleware: [
      requestId({ header: 'X-Trace', trust: true }),
      securityHeaders({ hsts: { maxAgeSeconds: 60 }, csp: { 'script-src': ["'self'", NONCE] } }),
      allowedHosts(['example.org', '*.example.org']),
      common({ www: 'remove' }),
    ],
    urls: [path('stored/', cachePage(60, () => text('stored')), { methods: ['GET'] })],
  });
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fastserve-duties-'));
    await writeFile(join(root, 'a.txt'), 'a');
    server = await serve({ app: site, workers: 0, trustProxy: ['127.0.0.1'], static: [{ prefix: '/files/', root }] });
  });
  afterAll(async () => {
    await server.close({ grace: 0 });
    await rm(root, { recursive: true });
  });

  const asked = (path: string, host: string, ...lines: string[]): Promise<Answer> =>
    ask(server.url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${lines.map((line) => `${line}\r\n`).join('')}Connection: close\r\n\r\n`);

  it.each([
    ['/files/a.txt', 'example.org', 200],
    ['/files/a.txt', 'Shop.Example.org:8080', 200],
    ['/files/a.txt', 'example.com', 421],
    ['/files/a.txt', 'example.org.evil.com', 421],
    ['/nowhere/', 'evil.com', 421],
    ['/stored/', 'evil.com', 421],
  ])('allowedHosts(): %s of %s is %i', async (path, host, status) => {
    expect((await asked(path, host)).status).toBe(status);
  });

  it("common(): a file of the other name is redirected, with its query, its port and the client's scheme", async () => {
    const answer = await asked('/files/a.txt?v=1', 'www.example.org:8080', 'X-Forwarded-Proto: https');
    expect(answer.status).toBe(301);
    expect(answer.field('location')).toBe('https://example.org:8080/files/a.txt?v=1');
  });

  it('common(): other methods than GET and HEAD are kept', async () => {
    const answer = await ask(server.url, 'POST /stored/ HTTP/1.1\r\nHost: www.example.org\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    expect([answer.status, answer.field('location')]).toEqual([308, 'http://example.org/stored/']);
  });

  it('requestId(): each file has an id, that of the client where it sent one', async () => {
    const ids = [await asked('/files/a.txt', 'example.org'), await asked('/files/a.txt', 'example.org')].map((answer) => answer.field('x-trace'));
    expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(ids[1]).not.toBe(ids[0]);
    expect((await asked('/files/a.txt', 'example.org', 'X-Trace: mine-1')).field('x-trace')).toBe('mine-1');
    expect((await asked('/files/a.txt', 'example.org', 'X-Trace: not mine')).field('x-trace')).toMatch(/^[0-9a-f]{16}$/);
  });

  it('requestId(): a stored page has the id of the request that it answers', async () => {
    const [first, second] = [await asked('/stored/', 'example.org'), await asked('/stored/', 'example.org')];
    expect(second.field('age')).toBeDefined();
    expect(second.field('x-trace')).toMatch(/^[0-9a-f]{16}$/);
    expect(second.field('x-trace')).not.toBe(first.field('x-trace'));
  });

  it('securityHeaders(): over HTTPS clients are told to insist on it, and the policy of what has no nonce has none', async () => {
    const [plain, secure] = [await asked('/files/a.txt', 'example.org'), await asked('/files/a.txt', 'example.org', 'X-Forwarded-Proto: https')];
    expect(plain.field('strict-transport-security')).toBeUndefined();
    expect(secure.field('strict-transport-security')).toBe('max-age=60');
    expect(secure.field('content-security-policy')).toBe("script-src 'self'");
  });
});
