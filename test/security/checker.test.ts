/** Sub-request authentication (auth[].request): a checker, an upstream or a view, says who may pass, on every lane. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, type FastServer, gateway, serve } from '../../dist/index.js';
import { answer, RawUpstream, valuesOf } from '../proxy/upstream.ts';
import { ask, get, post } from '../support/client.ts';
import { connected, directoryWith, inline, takeErrors } from '../support/servers.ts';

describe('a checker that is an upstream', () => {
  it('lets pass and refuses on every lane, and is asked without content', async () => {
    const root = await directoryWith({ 'a.txt': 'a file' });
    const checker = await RawUpstream.start(({ head, socket }) => {
      const allowed = valuesOf(head, 'cookie').includes('session=good');
      socket.write(allowed ? answer('', 'X-User: ann\r\nX-Secret: s\r\n', '204 No Content') : answer('no', 'WWW-Authenticate: Bearer realm="x"\r\n', '401 Unauthorized'));
    });
    const backend = await RawUpstream.start(({ head, socket }) => socket.write(answer(valuesOf(head, 'x-user').join(','))));
    const server = await inline(async (request, respond) => respond(200, [], `${request.field('x-user')} ${(await request.body.bytes()).byteLength}`), {
      static: [{ prefix: '/static/', root }],
      proxy: [{ prefix: '/api/', upstream: backend.url }],
      auth: [
        { prefix: '/public/', anyone: true },
        { request: { upstream: checker.url, path: '/verify?site=1' }, copy: ['X-User'] },
      ],
    });
    const good = 'Cookie: session=good';
    expect((await ask(server.url, get('/static/a.txt', good))).text).toBe('a file');
    expect((await ask(server.url, get('/api/x', good, 'X-User: forged'))).text).toBe('ann');
    expect((await ask(server.url, post('/view?q=1', 'content', good, 'X-User: forged'))).text).toBe('ann 7');
    const asked = checker.requests.at(-1);
    expect(asked?.head.split('\r\n')[0]).toBe('GET /verify?site=1 HTTP/1.1');
    expect(asked?.body.length).toBe(0);
    expect(['x-forwarded-method', 'x-forwarded-uri', 'x-forwarded-for', 'cookie', 'x-user', 'content-length'].map((name) => valuesOf(asked?.head ?? '', name))).toEqual([
      ['POST'], ['/view?q=1'], ['127.0.0.1'], ['session=good'], [], [],
    ]);
    for (const path of ['/static/a.txt', '/api/x', '/view', '/nothing']) {
      const refused = await ask(server.url, get(path));
      expect([path, refused.status, refused.field('www-authenticate'), refused.field('cache-control')]).toEqual([path, 401, 'Bearer realm="x"', 'no-store']);
    }
    expect((await ask(server.url, get('/public/x'))).status).toBe(200);
    expect(backend.requests).toHaveLength(1);
    expect(server.stats().verifications).toBe(7);
  });

  it('keeps the order of pipelined requests, and its connection', async () => {
    const checker = await RawUpstream.start(({ head, socket }) => {
      const allowed = valuesOf(head, 'x-forwarded-uri')[0] !== '/no';
      setTimeout(() => socket.write(allowed ? `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n` : answer('', '', '403 Forbidden')), 5);
    });
    const server = await inline((request, respond) => respond(200, [], request.path), { auth: [{ request: { upstream: checker.url, path: '/' } }] });
    const client = await connected(server);
    client.send(get('/1') + post('/2', 'abc').toString() + get('/no') + get('/4'));
    const seen = [];
    for (let i = 0; i < 4; i++) {
      const each = await client.answer();
      seen.push(each.status === 200 ? each.text : each.status);
    }
    expect(seen).toEqual(['/1', '/2', 403, '/4']);
    expect(checker.connections).toBe(1);
  });
});

describe('what a checker says', () => {
  let server: FastServer;
  let verdict: (head: string) => string = () => '';
  let silent = false;
  const own: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const listener = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        if (!silent) socket.write(verdict(bytes.toString('latin1').split('\r\n\r\n')[0] ?? ''));
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address() as { port: number };
    server = await serve({
      app: gateway((request, respond) => respond(200, [], request.field('x-user') ?? '-')),
      upstreams: { checker: { servers: [`http://127.0.0.1:${address.port}`], keepAlive: 0 } },
      auth: [
        { prefix: '/kept/', request: { upstream: 'checker', path: '/' }, copy: ['X-User'], cache: { time: '1h', key: '$http_authorization' } },
        { prefix: '/portal/', request: { upstream: 'checker', path: '/' }, redirect: true },
        { prefix: '/soon/', request: { upstream: 'checker', path: '/' }, timeout: '100ms' },
        { prefix: '/same/', request: { upstream: 'checker', path: '/' }, cache: '1h' },
        { request: { upstream: 'checker', path: '/' }, copy: ['X-User'] },
      ],
    });
    own.push(async () => void (await server.close({ grace: 0 })), () => new Promise((resolve) => listener.close(() => resolve())));
  });
  beforeEach(() => {
    silent = false;
  });
  afterAll(async () => {
    for (const stop of own) await stop();
  });
  const status = async (path: string, ...lines: string[]) => (await ask(server.url, get(path, ...lines))).status;

  it.each([
    ['403 is 403', answer('', '', '403 Forbidden'), 403],
    ['500 is 500', answer('', '', '500 Oops'), 500],
    ['404 is 500: a checker that is set up wrongly lets nobody pass', answer('', '', '404 Not Found'), 500],
    ['a redirect that is not wanted is 500', answer('', 'Location: https://login.example/\r\n', '302 Found'), 500],
    ['a broken answer is 503', 'nonsense\r\n\r\n', 503],
    ['a field that splits the answer is 503', 'HTTP/1.1 200 OK\r\nX-User: a\nX-Admin: 1\r\nContent-Length: 0\r\n\r\n', 503],
    ['more fields than a request has room for are 500', answer('', `X-User: ${'a'.repeat(8200)}\r\n`), 500],
  ])('%s', async (_what, bytes, expected) => {
    verdict = () => bytes;
    expect(await status('/')).toBe(expected);
  });

  it('no answer in time is 503', async () => {
    silent = true;
    const late = await ask(server.url, get('/soon/'));
    expect([late.status, late.field('retry-after')]).toEqual([503, '1']);
  });

  it('a redirect that is wanted goes to the client with its cookie', async () => {
    verdict = () => answer('', 'Location: https://login.example/?x\r\nSet-Cookie: a=b\r\nX-Other: 1\r\n', '302 Found');
    const sent = await ask(server.url, get('/portal/'));
    expect([sent.status, sent.field('location'), sent.field('set-cookie'), sent.field('x-other')]).toEqual([302, 'https://login.example/?x', 'a=b', undefined]);
  });

  it('drops a copied field of the client, even where the checker sends none', async () => {
    verdict = () => answer('');
    expect((await ask(server.url, get('/', 'X-User: forged', 'x-user: again'))).text).toBe('-');
  });

  it('a verdict is kept by its key', async () => {
    let asked = 0;
    verdict = (head) => {
      asked++;
      return valuesOf(head, 'authorization')[0] === 'Bearer good' ? answer('', `X-User: ${asked}\r\n`) : answer('', '', '403 Forbidden');
    };
    const texts = [];
    for (let i = 0; i < 3; i++) texts.push((await ask(server.url, get(`/kept/${i}`, 'Authorization: Bearer good'))).text);
    expect(texts).toEqual(['1', '1', '1']);
    expect(await status('/kept/', 'Authorization: Bearer bad')).toBe(403);
    expect(await status('/kept/x', 'Authorization: Bearer bad')).toBe(403);
    expect(asked).toBe(2);
  });

  it('without a key a verdict is kept for the same target and fields only', async () => {
    let asked = 0;
    verdict = () => {
      asked++;
      return answer('');
    };
    for (const path of ['/same/a', '/same/a', '/same/b', '/same/a']) expect(await status(path)).toBe(200);
    expect(await status('/same/a', 'Cookie: x=1')).toBe(200);
    expect(asked).toBe(3);
  });

  it('a verdict that sets a cookie is nobody else\'s', async () => {
    let asked = 0;
    verdict = () => {
      asked++;
      return answer('', 'Set-Cookie: a=b\r\n', '401 Unauthorized');
    };
    for (let i = 0; i < 2; i++) expect(await status('/same/cookie')).toBe(401);
    expect(asked).toBe(2);
  });

  it('a client that leaves while its checker thinks takes nothing along', async () => {
    silent = true;
    const before = server.stats().verifications;
    const client = await connected(server);
    client.send(get('/'));
    await expect.poll(() => server.stats().verifications).toBe(before + 1);
    client.destroy();
    silent = false;
    verdict = () => answer('');
    expect(await status('/')).toBe(200);
  });
});

describe('a checker that is a view', () => {
  it('is asked over the queue, and is not behind itself', async () => {
    const asked: string[] = [];
    const root = await directoryWith({ 'a.txt': 'a file' });
    const server = await inline(
      (request, respond) => {
        if (request.path !== '/auth/check') return respond(200, [], `${request.path} ${request.field('x-user')}`);
        asked.push(`${request.method} ${request.field('x-forwarded-method')} ${request.field('x-forwarded-uri')} ${request.remoteAddress}`);
        if (request.field('cookie') === 'session=good') respond(204, ['X-User', 'bob'], '');
        else respond(401, ['WWW-Authenticate', 'Bearer'], '');
      },
      { static: [{ prefix: '/static/', root }], auth: [{ request: { view: '/auth/check' }, copy: ['X-User'] }] },
    );
    expect((await ask(server.url, get('/static/a.txt', 'Cookie: session=good'))).text).toBe('a file');
    expect((await ask(server.url, get('/x?y', 'Cookie: session=good', 'X-User: forged'))).text).toBe('/x bob');
    const refused = await ask(server.url, get('/static/a.txt'));
    expect([refused.status, refused.field('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(asked).toEqual(['GET GET /static/a.txt 127.0.0.1', 'GET GET /x?y 127.0.0.1', 'GET GET /static/a.txt 127.0.0.1']);
  });

  it('that throws lets nobody pass', async () => {
    takeErrors();
    const server = await inline(
      () => {
        throw new Error('broken');
      },
      { auth: [{ request: { view: '/auth/check' } }] },
    );
    expect((await ask(server.url, get('/'))).status).toBe(500);
  });
});

describe('a configuration of auth', () => {
  const app = gateway((_request, respond) => respond(200, [], ''));
  it.each([
    [{}, /auth\[0\]: needs exactly one of users, request and anyone\. Write for example/],
    [{ users: 'u', anyone: true }, /auth\[0\]: needs exactly one of users, request and anyone/],
    [{ request: { upstream: 'a' } }, /auth\[0\]\.request: names no checker, or two\. Write \{ upstream: "auth", path: "\/verify" \}/],
    [{ request: { upstream: 'nobody', path: '/' } }, /auth\[0\]\.request\.upstream: got "nobody", which upstreams does not have/],
    [{ anyone: true, copy: ['X-User'] }, /auth\[0\]: has one of forward, copy, .* without request/],
    [{ request: { view: '/c' }, copy: ['Content-Length'] }, /auth\[0\]\.copy\[0\]: got "Content-Length", expected the name of a field that neither frames/],
    [{ request: { view: '/c' }, cache: { time: '1s', key: '$nothing' } }, /auth\[0\]\.cache\.key: got "\$nothing", expected a text with variables: unknown variable \$nothing/],
    [{ request: { view: 'check' } }, /auth\[0\]\.request\.view: got "check", expected a path such as "\/verify"/],
  ])('%j is refused', async (rule, message) => {
    const failure = await serve({ app, auth: [rule as object] }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String((failure as Error).message)).toMatch(message);
  });
});
