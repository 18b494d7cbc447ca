/** Who may ask for what (access), and what every answer says or hides (security). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FastServer, gateway, serve } from '../../dist/index.js';
import { ask, get, head } from '../support/client.ts';
import { directoryWith, inline } from '../support/servers.ts';

describe('access', () => {
  let server: FastServer;
  beforeAll(async () => {
    server = await serve({
      app: gateway((request, respond) => respond(200, [], request.path)),
      trustProxy: ['127.0.0.1'],
      access: [
        { prefix: '/office/', allow: ['10.0.0.0/8', '2001:db8::/32'], deny: ['10.6.0.0/16'] },
        { prefix: '/closed/', deny: 'all' },
        { prefix: '/read/', only: ['GET'] },
        { prefix: '/hook/', fields: { 'X-Hook-Token': 'right', 'X-Any': true } },
        { prefix: '/api/', methods: ['DELETE'], allow: ['10.0.0.1'] },
      ],
    });
  });
  afterAll(() => server.close({ grace: 0 }));

  const from = (path: string, client: string) => ask(server.url, get(path, `X-Forwarded-For: ${client}`)).then(({ status }) => status);

  it('allows and denies by network, as trusted proxies tell the client', async () => {
    expect(await from('/office/', '10.1.2.3')).toBe(200);
    expect(await from('/office', '2001:db8::7')).toBe(200);
    expect(await from('/office/x', '10.6.0.1')).toBe(403);
    expect(await from('/office/x', '192.0.2.1')).toBe(403);
    expect(await from('/x/../office/x', '192.0.2.1')).toBe(403);
    expect(await from('/%6fffice/x', '192.0.2.1')).toBe(403);
    expect(await from('/', '192.0.2.1')).toBe(200);
  });

  it('closes a prefix for all', async () => {
    expect((await ask(server.url, get('/closed/'))).status).toBe(403);
  });

  it('answers 405 with Allow to methods that are not named', async () => {
    const refused = await ask(server.url, head('DELETE', '/read/'));
    expect([refused.status, refused.field('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await ask(server.url, head('HEAD', '/read/'), 'HEAD')).status).toBe(200);
  });

  it('wants fields with their values, each line of them', async () => {
    const status = async (...lines: string[]) => (await ask(server.url, get('/hook/', ...lines))).status;
    expect(await status('X-Hook-Token: right', 'x-any: 1')).toBe(200);
    expect(await status('X-Hook-Token: wrong', 'X-Any: 1')).toBe(403);
    expect(await status('X-Hook-Token: right')).toBe(403);
    expect(await status('X-Hook-Token: right', 'X-Hook-Token: wrong', 'X-Any: 1')).toBe(403);
  });

  it('holds for the methods that a rule names', async () => {
    expect((await ask(server.url, get('/api/'))).status).toBe(200);
    expect((await ask(server.url, head('DELETE', '/api/'))).status).toBe(403);
    expect(server.stats().denied).toBeGreaterThan(0);
  });
});

describe('security.headers', () => {
  it('are on files, errors, redirects and answers of views, whose own win', async () => {
    const root = await directoryWith({ 'a.txt': 'a' });
    const server = await inline((request, respond) => respond(200, request.path === '/own' ? ['x-frame-options', 'SAMEORIGIN'] : [], 'x'), {
      static: [{ prefix: '/static/', root }],
      security: { headers: { 'Permissions-Policy': 'camera=()', 'Referrer-Policy': false } },
    });
    for (const [path, status] of [['/static/a.txt', 200], ['/static/none', 404], ['/%00', 400], ['/view', 200]] as const) {
      const answer = await ask(server.url, get(path));
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.fields.filter(([name]) => name.toLowerCase() === 'x-content-type-options')).toHaveLength(1);
      expect(answer.field('x-frame-options')).toBe('DENY');
      expect(answer.field('cross-origin-opener-policy')).toBe('same-origin');
      expect(answer.field('permissions-policy')).toBe('camera=()');
      expect(answer.field('referrer-policy')).toBeUndefined();
    }
    expect((await ask(server.url, get('/own'))).fields.filter(([name]) => name.toLowerCase() === 'x-frame-options')).toEqual([['x-frame-options', 'SAMEORIGIN']]);
    expect((await ask(server.url, 'GET / HTTP/1.1\r\nbroken\r\n\r\n')).field('x-frame-options')).toBe('DENY');
  });
});

describe('security.identity', () => {
  it('hidden lets no answer tell what stands behind the front', async () => {
    const root = await directoryWith({ 'a.txt': 'a' });
    const telling = ['x-powered-by', 'Express', 'via', '1.1 10.0.0.9:3000', 'x-served-by', 'node-7', 'X-Runtime', '0.01', 'x-kept', 'yes'];
    const server = await inline((_request, respond) => respond(200, telling, 'x'), { static: [{ prefix: '/static/', root }], security: { identity: 'hidden' } });
    for (const request of [get('/'), get('/static/a.txt'), get('/static/none'), get('/%00'), 'GET / HTTP/1.1\r\nbroken\r\n\r\n', head('TRACE', '/')]) {
      const answer = await ask(server.url, request);
      const said = JSON.stringify([answer.reason, answer.fields, answer.text]).toLowerCase();
      expect(said).not.toMatch(/express|10\.0\.0\.9|node|fastserve|powered|via|runtime|"server"/);
    }
    expect((await ask(server.url, get('/'))).field('x-kept')).toBe('yes');
  });
});
