import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  cookieStore,
  defineApp,
  fileStore,
  getSession,
  type InjectedResponse,
  memoryStore,
  type PipelineApplication,
  path,
  type Session,
  type SessionOptions,
  type SessionStore,
  sessions,
  text,
} from '../../../src/index.ts';
import { Browser } from '../browser.ts';

const KEY = 'a key for tests that is long enough';
const directories: string[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'fastserve-test-'));
  directories.push(directory);
  return directory;
}

type Use = (session: Session) => unknown;

/** An application with a view for each name that uses the session. */
function site(store: SessionStore, views: Record<string, Use>, options: Partial<SessionOptions> = {}): PipelineApplication {
  const urls = Object.entries(views).map(([name, use]) =>
    path(`${name}/`, async (request) => {
      const result = use(await getSession(request));
      return text(String(result));
    }),
  );
  return defineApp({ urls: [...urls, path('', () => 'untouched')], middleware: [sessions({ store, ...options })] });
}

const VIEWS = {
  set: (session: Session) => session.set('name', 'Ada'),
  get: (session: Session) => session.get('name') ?? 'nobody',
  delete: (session: Session) => session.delete('name'),
  cycle: (session: Session) => session.cycleKey(),
  flush: (session: Session) => session.flush(),
};

const setCookie = (response: InjectedResponse) => response.headers.getSetCookie()[0];

describe.each<[string, () => Promise<SessionStore>]>([
  ['cookieStore()', async () => cookieStore({ key: KEY })],
  ['memoryStore()', async () => memoryStore()],
  ['fileStore()', async () => fileStore({ directory: join(await newDirectory(), 'new') })],
])('sessions in %s', (_name, make) => {
  test('keep a value for the browser that set it, and for no other', async () => {
    const application = site(await make(), VIEWS);
    const browser = new Browser(application);
    await browser.get('/set/');
    expect((await browser.get('/get/')).text()).toBe('Ada');
    expect((await new Browser(application).get('/get/')).text()).toBe('nobody');
  });

  test('get a new identity with the same content when the key is cycled', async () => {
    const browser = new Browser(site(await make(), VIEWS));
    await browser.get('/set/');
    const before = browser.cookies.get('sessionid');
    vi.useFakeTimers({ now: Date.now() + 5000, toFake: ['Date'] });
    await browser.get('/cycle/');
    expect(browser.cookies.get('sessionid')).not.toBe(before);
    expect((await browser.get('/get/')).text()).toBe('Ada');
  });

  test('end with a flush, and their cookie is taken back', async () => {
    const browser = new Browser(site(await make(), VIEWS));
    await browser.get('/set/');
    await browser.get('/flush/');
    expect(browser.cookies.has('sessionid')).toBe(false);
    expect((await browser.get('/get/')).text()).toBe('nobody');
  });

  test('end when nothing is in them any more', async () => {
    const browser = new Browser(site(await make(), VIEWS));
    await browser.get('/set/');
    await browser.get('/delete/');
    expect(browser.cookies.has('sessionid')).toBe(false);
  });

  test('end when their time is over', async () => {
    const browser = new Browser(site(await make(), VIEWS, { maxAgeSeconds: 60 }));
    await browser.get('/set/');
    vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
    expect((await browser.get('/get/')).text()).toBe('nobody');
  });

  test.each(['', 'x', 'A'.repeat(43), '../../etc/passwd', 'e30:AAAA', '%00', 'a'.repeat(5000)])('are not made of the cookie %j', async (cookie) => {
    const browser = new Browser(site(await make(), VIEWS));
    browser.cookies.set('sessionid', cookie);
    expect((await browser.get('/get/')).text()).toBe('nobody');
    await browser.get('/set/');
    expect(browser.cookies.get('sessionid')).not.toBe(cookie);
  });
});

describe.each<[string, () => Promise<SessionStore>]>([
  ['memoryStore()', async () => memoryStore()],
  ['fileStore()', async () => fileStore({ directory: await newDirectory() })],
])('what %s keeps', (_name, make) => {
  test('is gone for a copy of the cookie after a flush', async () => {
    const browser = new Browser(site(await make(), VIEWS));
    await browser.get('/set/');
    const copy = browser.cookies.get('sessionid') as string;
    await browser.get('/flush/');
    browser.cookies.set('sessionid', copy);
    expect((await browser.get('/get/')).text()).toBe('nobody');
  });

  test('is gone for the old identity after a cycle', async () => {
    const browser = new Browser(site(await make(), VIEWS));
    await browser.get('/set/');
    const old = browser.cookies.get('sessionid') as string;
    await browser.get('/cycle/');
    browser.cookies.set('sessionid', old);
    expect((await browser.get('/get/')).text()).toBe('nobody');
  });

  test('does not come back when another request has ended it meanwhile', async () => {
    const store = await make();
    let endIt: (() => Promise<unknown>) | undefined;
    const application = defineApp({
      middleware: [sessions({ store })],
      urls: [
        path('', async (request) => {
          const session = await getSession(request);
          session.set('count', (session.get<number>('count') ?? 0) + 1);
          await endIt?.();
          return 'ok';
        }),
      ],
    });
    const browser = new Browser(application);
    await browser.get('/');
    const id = browser.cookies.get('sessionid') as string;
    endIt = async () => store.remove(id);
    const response = await browser.get('/');
    expect([response.status, await store.load(id)]).toEqual([400, undefined]);
  });
});

describe('sessions()', () => {
  const store = memoryStore();

  test('costs a request that does not ask nothing: no Vary, no cookie, no look at the store', async () => {
    const watched = { ...store, load: vi.fn(store.load) };
    const browser = new Browser(site(watched, VIEWS, { saveEveryRequest: true }));
    await browser.get('/set/');
    const response = await browser.get('/');
    expect([response.headers.has('vary'), response.headers.getSetCookie(), watched.load.mock.calls]).toEqual([false, [], []]);
  });

  test('says Vary: Cookie when the session was read, and sets no cookie then', async () => {
    const response = await new Browser(site(store, VIEWS)).get('/get/');
    expect([response.headers.get('vary'), response.headers.getSetCookie()]).toEqual(['Cookie', []]);
  });

  test('sets a cookie that scripts and other sites do not get, for HTTPS only where it came so', async () => {
    const application = site(store, VIEWS);
    expect(setCookie(await new Browser(application).get('/set/'))).toMatch(/^sessionid=[\w-]{43}; Path=\/; Max-Age=1209600; HttpOnly; SameSite=Lax$/);
    expect(setCookie(await new Browser(application, 'https://localhost').get('/set/'))).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('takes name and attributes from its options', async () => {
    const options = { cookieName: 'sid', maxAgeSeconds: 60, secure: true, sameSite: 'strict', domain: 'example.org', path: '/app' } as const;
    expect(setCookie(await new Browser(site(store, VIEWS, options)).get('/set/'))).toMatch(
      /^sid=.*; Path=\/app; Domain=example.org; Max-Age=60; HttpOnly; Secure; SameSite=Strict$/,
    );
  });

  test('lets the cookie end with the browser when asked', async () => {
    const closing = site(store, VIEWS, { expireAtBrowserClose: true });
    expect(setCookie(await new Browser(closing).get('/set/'))).not.toMatch(/Max-Age/);
    const views = { set: (session: Session) => (session.set('name', 1), session.setExpiry('browser')), own: (session: Session) => (session.set('name', 1), session.setExpiry(90)) };
    expect(setCookie(await new Browser(site(store, views)).get('/set/'))).not.toMatch(/Max-Age/);
    expect(setCookie(await new Browser(site(store, views)).get('/own/'))).toMatch(/Max-Age=90;/);
  });

  test('keeps the session again after each request that read it when asked', async () => {
    const browser = new Browser(site(store, VIEWS, { saveEveryRequest: true }));
    await browser.get('/set/');
    expect(setCookie(await browser.get('/get/'))).toMatch(/^sessionid=/);
  });

  test('does not keep what a failing view has changed', async () => {
    const browser = new Browser(site(store, { ...VIEWS, fail: (session) => { session.set('name', 'half'); throw new Error('x'); } }));
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect((await browser.get('/fail/')).status).toBe(500);
    errors.mockRestore();
    expect((await browser.get('/get/')).text()).toBe('nobody');
  });

  test('is missed with a sentence', async () => {
    const application = defineApp({ urls: [path('', async (request) => (await getSession(request).catch((error: Error) => text(error.message))) as object)] });
    expect((await new Browser(application).get('/')).text()).toMatch(/sessions\(\) is not among the middlewares/);
  });

  test.each<[object, RegExp]>([
    [{}, /store is undefined; expected cookieStore/],
    [{ store, cookiename: 'x' }, /did you mean 'cookieName'/],
    [{ store, maxAgeSeconds: 0 }, /maxAgeSeconds is 0/],
    [{ store, maxAgeSeconds: 10 ** 9 }, /browsers keep no cookie for more than/],
    [{ store, sameSite: 'none' }, /sameSite 'none' requires secure: true/],
  ])('refuses %j', (options, message) => {
    expect(() => sessions(options as never)).toThrow(message);
  });
});

describe('a session', () => {
  test('refuses what has no JSON form and times that are none', async () => {
    const views = { set: (session: Session) => {
      expect(() => session.set('x', undefined)).toThrow(/no JSON form/);
      expect(() => session.setExpiry(0)).toThrow(RangeError);
    } };
    expect((await new Browser(site(memoryStore(), views)).get('/set/')).status).toBe(200);
  });

  test('gives a value once with take()', async () => {
    const browser = new Browser(site(memoryStore(), { ...VIEWS, take: (session) => session.take('name') }));
    await browser.get('/set/');
    expect([(await browser.get('/take/')).text(), (await browser.get('/take/')).text()]).toEqual(['Ada', 'undefined']);
  });
});

describe('cookieStore()', () => {
  test("signs with the application's secret key, and takes cookies of its earlier ones", async () => {
    const under = (secretKey: string, secretKeyFallbacks: string[] = []) =>
      defineApp({
        secretKey,
        secretKeyFallbacks,
        middleware: [sessions({ store: cookieStore() })],
        urls: [path('set/', async (request) => ((await getSession(request)).set('name', 'Ada'), 'set')), path('get/', async (request) => String((await getSession(request)).get('name')))],
      });
    const browser = new Browser(under(KEY));
    await browser.get('/set/');
    expect((await browser.get('/get/')).text()).toBe('Ada');
    const seen = async (application: PipelineApplication) => {
      const other = new Browser(application);
      other.cookies.set('sessionid', browser.cookies.get('sessionid') as string);
      return (await other.get('/get/')).text();
    };
    expect(await seen(under(`new ${KEY}`, [KEY]))).toBe('Ada');
    expect(await seen(under(`new ${KEY}`))).not.toBe('Ada');
  });

  test('without any key is refused when the application is loaded', () => {
    expect(() => defineApp({ middleware: [sessions({ store: cookieStore() })], urls: [] })).toThrow(/cookieStore\(\) signs .* there is none/);
    expect(() => cookieStore({ key: undefined as unknown as string })).toThrow(/cookieStore\(\): key is undefined/);
  });

  test('accepts cookies of older keys', async () => {
    const browser = new Browser(site(cookieStore({ key: KEY }), VIEWS));
    await browser.get('/set/');
    const rotated = new Browser(site(cookieStore({ key: `new ${KEY}`, fallbacks: [KEY] }), VIEWS));
    rotated.cookies.set('sessionid', browser.cookies.get('sessionid') as string);
    expect((await rotated.get('/get/')).text()).toBe('Ada');
  });

  test('says so when a session is too large for a cookie', () => {
    const store = cookieStore({ key: KEY });
    expect(() => store.create({ data: { x: 'x'.repeat(4000) }, expiresAt: 0 })).toThrow(/the session needs a cookie of \d+ bytes/);
  });

  test('refuses a short key when the application is loaded', () => {
    expect(() => cookieStore({ key: 'short' })).toThrow(/cookieStore\(\): .*5 characters/);
  });
});

describe('fileStore()', () => {
  const session = { data: { a: 1 }, expiresAt: Date.now() + 60_000 };

  test('names no file by the identifier, and lets only its user read', async () => {
    const directory = await newDirectory();
    const id = await fileStore({ directory }).create(session);
    const [name = ''] = await readdir(directory);
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(await readFile(join(directory, name), 'utf8')).not.toContain(id);
    expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  });

  test('sweeps what has ended and what was left half-written, and nothing else', async () => {
    const directory = await newDirectory();
    const store = fileStore({ directory });
    const kept = await store.create(session);
    await store.create({ ...session, expiresAt: Date.now() - 1 });
    await writeFile(join(directory, 'README'), 'mine');
    const unfinished = join(directory, `${'a'.repeat(64)}.${'b'.repeat(16)}`);
    await writeFile(unfinished, '{');
    await utimes(unfinished, 0, 0);
    await store.sweep();
    expect(await readdir(directory)).toHaveLength(2);
    expect(await store.load(kept)).toEqual(session);
  });

  test('takes a damaged file for no session', async () => {
    const directory = await newDirectory();
    const store = fileStore({ directory });
    const id = await store.create(session);
    const [name = ''] = await readdir(directory);
    for (const content of ['', '{', 'null', '{"expiresAt":1e15}', '[]']) {
      await writeFile(join(directory, name), content);
      expect(await store.load(id), content).toBeUndefined();
    }
  });
});
