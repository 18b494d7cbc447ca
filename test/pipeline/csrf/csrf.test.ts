import { describe, expect, test } from 'vitest';
import {
  CsrfError,
  type CsrfOptions,
  csrf,
  csrfExempt,
  csrfToken,
  defineApp,
  type PipelineApplication,
  path,
  rotateCsrfToken,
  text,
} from '../../../src/index.ts';
import { maskSecret, newSecret, tokenFits } from '../../../src/pipeline/csrf/token.ts';
import { Browser } from '../browser.ts';

function site(options: CsrfOptions = {}): PipelineApplication {
  const accept = async (request: { form(): Promise<{ get(name: string): string | undefined }> }) =>
    text(`accepted ${(await request.form().catch(() => ({ get: () => 'no form' }))).get('name')}`);
  return defineApp({
    middleware: [csrf(options)],
    urls: [
      path('', (request) => csrfToken(request)),
      path('plain/', () => 'no form'),
      path('save/', accept),
      path('hook/', csrfExempt(accept)),
      path('rotate/', (request) => (rotateCsrfToken(request), 'rotated')),
    ],
  });
}

/** A browser that has a page with a token. */
async function visitor(options?: CsrfOptions, origin?: string): Promise<{ browser: Browser; csrfmiddlewaretoken: string }> {
  const browser = new Browser(site(options), origin);
  return { browser, csrfmiddlewaretoken: (await browser.get('/')).text() };
}

describe('csrf()', () => {
  test('accepts the form of a page of the site, and the view can read it', async () => {
    const { browser, csrfmiddlewaretoken } = await visitor();
    expect((await browser.post('/save/', { csrfmiddlewaretoken, name: 'Ada' })).text()).toBe('accepted Ada');
  });

  test('accepts a token in the field of a script, for any method and content', async () => {
    const { browser, csrfmiddlewaretoken } = await visitor();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const headers = { 'x-csrftoken': csrfmiddlewaretoken, 'content-type': 'application/json' };
      expect((await browser.send(method, '/save/', headers, '{}')).text()).toBe('accepted no form');
    }
  });

  test('accepts what a script has read from the cookie', async () => {
    const { browser } = await visitor();
    const headers = { 'x-csrftoken': browser.cookies.get('csrftoken') as string };
    expect((await browser.send('POST', '/save/', headers)).status).toBe(200);
  });

  test.each([
    ['without a token', (_token: string) => ({}), 'the CSRF token is missing'],
    ['with an empty token', () => ({ csrfmiddlewaretoken: '' }), 'the CSRF token is missing'],
    ['with a token of somebody else', () => ({ csrfmiddlewaretoken: maskSecret(newSecret()) }), 'the CSRF token does not fit'],
    ['with a broken token', (token: string) => ({ csrfmiddlewaretoken: token.slice(1) }), 'the CSRF token does not fit'],
  ])('refuses a form %s', async (_what, fields, reason) => {
    const { browser, csrfmiddlewaretoken } = await visitor();
    const response = await browser.post('/save/', fields(csrfmiddlewaretoken) as Record<string, string>);
    expect([response.status, response.text()]).toEqual([403, `CSRF check failed: ${reason}\n`]);
  });

  test('does not look for the field in requests other than POST', async () => {
    const { browser, csrfmiddlewaretoken } = await visitor();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await browser.send('PUT', '/save/', type, `csrfmiddlewaretoken=${csrfmiddlewaretoken}`)).status).toBe(403);
  });

  test('refuses a token without its cookie', async () => {
    const { browser, csrfmiddlewaretoken } = await visitor();
    for (const cookie of [undefined, '', 'short', 'x'.repeat(33)]) {
      if (cookie === undefined) browser.cookies.clear();
      else browser.cookies.set('csrftoken', cookie);
      expect((await browser.post('/save/', { csrfmiddlewaretoken })).text()).toBe('CSRF check failed: the CSRF cookie is missing\n');
    }
  });

  test('lets GET, HEAD and OPTIONS pass from anywhere', async () => {
    const browser = new Browser(site());
    for (const method of ['GET', 'HEAD', 'OPTIONS']) expect((await browser.send(method, '/save/', { origin: 'https://evil.example' })).status).toBe(200);
  });

  test('lets exempt views pass', async () => {
    expect((await new Browser(site()).post('/hook/', { name: 'bot' }, { origin: 'https://evil.example' })).text()).toBe('accepted bot');
  });

  test('sets its cookie only for pages that hold a token, and keeps the one that is there', async () => {
    const browser = new Browser(site());
    expect((await browser.get('/plain/')).headers.getSetCookie()).toEqual([]);
    const page = await browser.get('/');
    expect(page.headers.getSetCookie()[0]).toMatch(/^csrftoken=[\w-]{32}; Path=\/; Max-Age=31536000; SameSite=Lax$/);
    const again = await browser.get('/');
    expect([again.headers.getSetCookie(), again.headers.get('vary')]).toEqual([[], 'Cookie']);
  });

  test('gives another token each time, and all of them fit', async () => {
    const { browser, csrfmiddlewaretoken } = await visitor();
    const second = (await browser.get('/')).text();
    expect(second).not.toBe(csrfmiddlewaretoken);
    for (const token of [csrfmiddlewaretoken, second]) expect((await browser.post('/save/', { csrfmiddlewaretoken: token })).status).toBe(200);
  });

  test('makes older tokens useless when rotated', async () => {
    const { browser, csrfmiddlewaretoken } = await visitor();
    await browser.get('/rotate/');
    expect((await browser.post('/save/', { csrfmiddlewaretoken })).status).toBe(403);
  });

  test('takes names and attributes from its options', async () => {
    const options = { cookieName: '__Host-csrf', secure: true, httpOnly: true, sameSite: 'strict', headerName: 'X-Token', fieldName: 'token' } as const;
    const { browser, csrfmiddlewaretoken } = await visitor(options, 'https://localhost');
    expect((await browser.post('/save/', { token: csrfmiddlewaretoken })).status).toBe(200);
    expect((await browser.send('POST', '/save/', { origin: 'https://localhost', 'x-token': csrfmiddlewaretoken })).status).toBe(200);
    expect(browser.cookies.has('__Host-csrf')).toBe(true);
  });

  test.each<[object, RegExp]>([
    [{ trustedOrigin: [] }, /did you mean 'trustedOrigins'/],
    [{ trustedOrigins: ['example.org'] }, /trustedOrigins holds "example.org"; expected an origin such as "https:/],
    [{ trustedOrigins: ['https://example.org/'] }, /without path/],
    [{ trustedOrigins: 'https://example.org' }, /expected a list/],
    [{ cookieName: '__Host-csrf' }, /requires secure: true/],
    [{ sameSite: 'none' }, /requires secure: true/],
    [{ headerName: 'a b' }, /headerName is "a b"/],
  ])('refuses %j', (options, message) => {
    expect(() => csrf(options as never)).toThrow(message);
  });

  test('is missed with a sentence', async () => {
    let message = '';
    const application = defineApp({ urls: [path('', (request) => { try { return csrfToken(request); } catch (error) { return (message = (error as Error).message); } })] });
    await new Browser(application).get('/');
    expect(message).toMatch(/csrf\(\) is not among the middlewares/);
  });

  test('fails with an error that says why', () => {
    expect(new CsrfError('a reason')).toMatchObject({ status: 403, reason: 'a reason' });
  });
});

describe('the source of a request', () => {
  const trustedOrigins = ['https://shop.example', 'https://*.partner.example', 'https://other.example:8443'];
  const answer = async (headers: Record<string, string>, origin = 'https://site.example') => {
    const { browser, csrfmiddlewaretoken } = await visitor({ trustedOrigins }, origin);
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return (await browser.send('POST', '/save/', { ...type, ...headers }, `csrfmiddlewaretoken=${csrfmiddlewaretoken}`)).status;
  };

  test.each<[Record<string, string>]>([
    [{ origin: 'https://site.example' }],
    [{ origin: 'https://site.example', 'sec-fetch-site': 'same-origin' }],
    [{ origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' }],
    [{ origin: 'https://a.b.partner.example' }],
    [{ origin: 'https://other.example:8443' }],
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ referer: 'https://site.example/page?x' }],
    [{ referer: 'https://shop.example/' }],
  ])('%j may send forms', async (headers) => {
    expect(await answer(headers)).toBe(200);
  });

  test.each<[Record<string, string>]>([
    [{ origin: 'null' }],
    [{ origin: '' }],
    [{ origin: 'http://site.example' }],
    [{ origin: 'https://site.example:8443' }],
    [{ origin: 'https://site.example.evil.example' }],
    [{ origin: 'https://partner.example' }],
    [{ origin: 'https://evilpartner.example' }],
    [{ origin: 'http://shop.example' }],
    [{ origin: 'https://other.example' }],
    [{ origin: 'https://site.example', 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'cross-site', referer: 'https://site.example/' }],
    [{}],
    [{ referer: 'http://site.example/' }],
    [{ referer: 'https://evil.example/https://site.example/' }],
    [{ referer: 'site.example' }],
  ])('%j may not', async (headers) => {
    expect(await answer(headers)).toBe(403);
  });

  test('over plain HTTP may be unknown: there the token alone decides', async () => {
    expect(await answer({}, 'http://site.example')).toBe(200);
  });

  test('is compared with and without the default port', async () => {
    expect(await answer({ origin: 'https://site.example', host: 'site.example:443' })).toBe(200);
    expect(await answer({ origin: 'http://site.example', host: 'site.example:80' }, 'http://site.example')).toBe(200);
  });
});

test('a token fits its secret and no other, and nothing that is no token fits', () => {
  const secret = newSecret();
  for (let i = 0; i < 50; i++) expect(tokenFits(maskSecret(secret), secret)).toBe(true);
  for (const other of [maskSecret(newSecret()), newSecret(), '', 'é'.repeat(64), secret.slice(1), `${secret}A`]) expect(tokenFits(other, secret)).toBe(false);
});
