import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  addMessage,
  type AppOptions,
  cspContext,
  csrf,
  csrfContext,
  messages,
  messagesContext,
  NONCE,
  nunjucks,
  provides,
  render,
  requestContext,
  securityHeaders,
  settingsContext,
  staticContext,
  templates,
  urlContext,
} from '../../../src/index.ts';
import { activateStaticFiles } from '../../../src/pipeline/static/index.ts';
import { run } from '../helpers.ts';

type Engine = (options: { directory: string }) => NonNullable<AppOptions['templates']>;
let engine: Engine = nunjucks;

/** Runs a site whose page is this template. */
async function page(template: string, options: Partial<AppOptions>, before: (request: Parameters<typeof render>[0]) => void = () => {}) {
  const directory = await mkdtemp(join(tmpdir(), 'fastserve-test-'));
  try {
    await writeFile(join(directory, 'page.html'), template);
    const { get } = await run({ ...options, templates: engine({ directory }), view: (request) => (before(request), render(request, 'page.html')) });
    const answer = await get('/');
    return { ...answer, body: String(answer.body) };
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe.each<[string, Engine]>([
  ['nunjucks()', nunjucks],
  ['templates()', templates],
])('the shipped context processors with %s', (_name, given) => {
  beforeAll(() => {
    engine = given;
  });

  test('request and settings', async () => {
    const contextProcessors = [requestContext, settingsContext({ site: 'Atlas' })];
    expect((await page('{{ request.path }} {{ settings.site }}', { contextProcessors })).body).toBe('/ Atlas');
  });

  test('url, static and integrity', async () => {
    activateStaticFiles(undefined);
    const contextProcessors = [urlContext, staticContext];
    expect((await page("{{ url('root') }} {{ static('a.css') }}{{ integrity('a.css') }}", { contextProcessors })).body).toBe('/ /static/a.css');
  });

  const withCsrf = { middleware: [csrf()], contextProcessors: [csrfContext] };

  test('csrf_token sets the cookie of pages that print it', async () => {
    const answer = await page('{{ csrf_token }}', withCsrf);
    expect(answer.body).toMatch(/^[\w-]{64}$/);
    expect(answer.headers['set-cookie']).toMatch(/^csrftoken=/);
  });

  test('csrf_token leaves other pages alone', async () => {
    expect((await page('plain', withCsrf)).headers).toEqual({ 'content-type': 'text/html; charset=utf-8' });
  });

  test('csp_nonce is in the policy of pages that print it', async () => {
    const options = { middleware: [securityHeaders({ csp: { 'script-src': [NONCE] } })], contextProcessors: [cspContext] };
    const answer = await page('{{ csp_nonce }}{{ csp_nonce }}', options);
    const nonce = (answer.body as string).slice(0, 22);
    expect(answer).toMatchObject({ body: nonce + nonce, headers: { 'content-security-policy': `script-src 'nonce-${nonce}'` } });
    expect((await page('plain', options)).headers['content-security-policy']).toBe('script-src');
  });

  const withMessages = { middleware: [messages({ key: 'a key for tests that is long enough' })], contextProcessors: [messagesContext] };

  test('messages are shown by pages that loop over them', async () => {
    const answer = await page('{% for message in messages %}{{ message.tags }}: {{ message.text }};{% endfor %}', withMessages, (request) => addMessage(request, 'info', 'a < b'));
    expect(answer.body).toBe('info: a &lt; b;');
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  test('messages wait where a page does not show them', async () => {
    const answer = await page('{{ messages.length }}', withMessages, (request) => addMessage(request, 'info', 'later'));
    expect(answer.body).toBe('1');
    expect(answer.headers['set-cookie']).toMatch(/^messages=/);
  });
});

describe('a processor that says what it provides', () => {
  const give = vi.fn(() => ({ a: 1, b: 2 }));
  const reading = (...names: string[]) => ({
    templates: { name: 'x', render: (_template: string, context: object) => JSON.stringify(context), namesRead: () => new Set(names) },
    contextProcessors: [provides(['a', 'b'], give), () => ({ always: true })],
    view: (request: Parameters<typeof render>[0]) => render(request, 'page', { c: 3 }),
  });
  const runs = async (options: Partial<AppOptions> & { view?: never } | ReturnType<typeof reading>) => {
    give.mockClear();
    const { get } = await run(options);
    return [(await get('/')).body, give.mock.calls.length];
  };

  test('runs for templates that read one of its names', async () => {
    expect(await runs(reading('b', 'c'))).toEqual(['{"a":1,"b":2,"always":true,"c":3}', 1]);
  });

  test('does not run for others', async () => {
    expect(await runs(reading('c', 'always'))).toEqual(['{"always":true,"c":3}', 0]);
  });

  test('does not run when the view gives what is read itself', async () => {
    const options = reading('a', 'c');
    expect(await runs({ ...options, view: (request) => render(request, 'page', { a: 0 }) })).toEqual(['{"always":true,"a":0}', 0]);
  });

  test('runs where the engine cannot tell', async () => {
    const { namesRead: _, ...templates } = reading().templates;
    expect(await runs({ ...reading(), templates } as never)).toEqual(['{"a":1,"b":2,"always":true,"c":3}', 1]);
  });

  test('may be asynchronous', async () => {
    const options = { ...reading('a'), contextProcessors: [provides(['x'], async () => give()), provides(['a'], async () => ({ a: 9 }))] };
    expect(await runs(options)).toEqual(['{"a":9,"c":3}', 0]);
  });

  test.each([
    ['at once', () => ({ a: 1, z: 1 })],
    ['later', async () => ({ a: 1, z: 1 })],
  ])('must not give another name (%s)', async (_when, processor) => {
    const options = { ...reading('a'), contextProcessors: [provides(['a'], Object.defineProperty(processor, 'name', { value: 'user' }))] };
    const { get, errors } = await run(options);
    expect((await get('/')).status).toBe(500);
    expect(errors[0]?.message).toBe("context processor 'user' gave 'z', which provides() does not list");
  });
});
