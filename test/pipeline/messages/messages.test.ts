import { describe, expect, test } from 'vitest';
import { addMessage, defineApp, getMessages, memoryStore, type MessagesOptions, messages, type PipelineApplication, path, redirect, type Request, sessions } from '../../../src/index.ts';
import { Browser } from '../browser.ts';

const KEY = 'a key for tests that is long enough';

const show = async (request: Request) => [...(await getMessages(request))].map(({ level, text, tags }) => `${level}|${text}|${tags}`);

function site(options: MessagesOptions): PipelineApplication {
  const count = path('count/', async (request) => ({ count: (await getMessages(request)).length }));
  return defineApp({
    secretKey: KEY,
    middleware: [sessions({ store: memoryStore() }), messages(options)],
    urls: [
      count,
      path('save/', (request) => {
        addMessage(request, 'success', 'Saved: äöü', 'big');
        return redirect('/');
      }),
      path('both/', (request) => {
        addMessage(request, 'info', 'at once');
        return show(request);
      }),
      path('after/', async (request) => {
        const shown = await show(request);
        addMessage(request, 'warning', 'after');
        return shown;
      }),
      path('many/', (request) => {
        for (let i = 0; i < 100; i++) addMessage(request, 'error', `${i}: ${'x'.repeat(40)}`);
        return 'ok';
      }),
      path('other/', () => 'ok'),
      path('', show),
    ],
  });
}

describe.each<[string, MessagesOptions]>([
  ['cookie', { key: KEY }],
  ["cookie under the application's key", {}],
  ['session', { storage: 'session' }],
])('messages in the %s', (_storage, options) => {
  test('are shown by the next page that shows some, once', async () => {
    const browser = new Browser(site(options));
    await browser.get('/save/');
    await browser.get('/other/');
    expect((await browser.get('/')).json()).toEqual(['success|Saved: äöü|big success']);
    expect((await browser.get('/')).json()).toEqual([]);
  });

  test('are shown together with those of the page itself', async () => {
    const browser = new Browser(site(options));
    await browser.get('/save/');
    expect((await browser.get('/both/')).json()).toEqual(['success|Saved: äöü|big success', 'info|at once|info']);
    expect((await browser.get('/')).json()).toEqual([]);
  });

  test('that come after the others were shown wait', async () => {
    const browser = new Browser(site(options));
    await browser.get('/save/');
    await browser.get('/after/');
    expect((await browser.get('/')).json()).toEqual(['warning|after|warning']);
  });

  test('add up', async () => {
    const browser = new Browser(site(options));
    await browser.get('/save/');
    await browser.get('/save/');
    expect((await browser.get('/')).json()).toHaveLength(2);
  });

  test('stay when they are only counted', async () => {
    const browser = new Browser(site(options));
    await browser.get('/save/');
    expect((await browser.get('/count/')).json()).toEqual({ count: 1 });
    expect((await browser.get('/')).json()).toHaveLength(1);
  });

  test('do not touch answers that have nothing to do with them', async () => {
    const response = await new Browser(site(options)).get('/other/');
    expect([response.headers.getSetCookie(), response.headers.has('vary')]).toEqual([[], false]);
  });
});

describe('messages in a cookie', () => {
  test('are kept from scripts', async () => {
    const response = await new Browser(site({ key: KEY }), 'https://localhost').get('/save/');
    expect(response.headers.getSetCookie()[0]).toMatch(/^messages=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('that the client has made itself are none', async () => {
    const browser = new Browser(site({ key: KEY }));
    const forged = Buffer.from('[["error","forged","error"]]').toString('base64url');
    for (const cookie of [forged, `${forged}:AAAA`, 'x', '%']) {
      browser.cookies.set('messages', cookie);
      expect((await browser.get('/')).json()).toEqual([]);
    }
  });

  test('lose the oldest when they are too many', async () => {
    const browser = new Browser(site({ key: KEY }));
    await browser.get('/many/');
    expect(browser.cookies.get('messages')?.length).toBeLessThan(2100);
    const shown = (await browser.get('/')).json<string[]>();
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.at(-1)).toMatch(/^error\|99: /);
  });
});

describe('messages()', () => {
  test.each<[object, RegExp]>([
    [{ key: 'short' }, /messages\(\): .*5 characters/],
    [{ storage: 'memory' }, /storage is "memory"; expected "cookie" or "session"/],
    [{ storage: 'session', key: KEY }, /key has no meaning/],
  ])('refuses %j', (options, message) => {
    expect(() => messages(options as never)).toThrow(message);
  });

  test('in the session says so when sessions() does not come before it', async () => {
    const application = defineApp({ middleware: [messages({ storage: 'session' }), sessions({ store: memoryStore() })], urls: [path('', () => 'ok')], errorHandlers: { 500: (_request, error) => error.message } });
    expect((await new Browser(application).get('/')).text()).toMatch(/sessions\(\) must come before it/);
  });
});

describe("the application's secret key", () => {
  test('is asked for when the application is loaded, by the name of who needs it', () => {
    expect(() => defineApp({ middleware: [messages()], urls: [] })).toThrow(/defineApp\(\): messages\(\) signs .* secretKey: process\.env\.SECRET_KEY/);
  });

  test('is not taken silently for a key whose variable is not set', () => {
    expect(() => messages({ key: undefined as unknown as string })).toThrow(/key is undefined; is its environment variable set/);
  });
});
