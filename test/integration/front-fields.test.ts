/** Fields of middlewares on what the front answers in the application's place. */
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineApp, type FastServer, inject, path, securityHeaders, serve } from '../../dist/index.js';
import { type Answer, ask, get, head } from '../support/client.ts';

const app = defineApp({
  middleware: [securityHeaders({ referrerPolicy: 'no-referrer' })],
  urls: [path('page/', () => 'page', { methods: ['GET'] }), path('own/', () => 'own')],
});
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

  it('a directory keeps the fields of its own', async () => {
    expect((await ask(server.url, get('/framed/a.txt'))).field('x-frame-options')).toBe('SAMEORIGIN');
  });
});

it('securityHeaders() sets the same fields under inject()', async () => {
  expect((await inject(app, '/page/')).headers.get('referrer-policy')).toBe('no-referrer');
});
