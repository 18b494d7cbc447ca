/** `fastserve dev` as a developer meets it: files are edited, and what the same address answers changes. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Running } from '../cli/command.ts';
import { ask, get } from '../support/client.ts';
import { atEnd, connected, directoryWith } from '../support/servers.ts';

const NAVIGATE = ['Sec-Fetch-Mode: navigate', 'Accept: text/html'];
const APP = `import { defineApp, html, path } from 'fastserve';
import { greeting } from './greeting.ts';
const page = (text: string) => html('<!doctype html><link rel="stylesheet" href="/static/site.css"><body><h1>' + text + '</h1></body>');
export default defineApp({ urls: [
  path('', () => page(greeting)),
  path('boom/', () => { throw new RangeError('in the view'); }),
] });
`;

interface Site {
  url: string;
  running: Running;
  write(name: string, text: string): Promise<void>;
  /** The answer to a navigation. */
  page(path?: string): Promise<{ status: number; text: string }>;
}

async function writeIn(directory: string, name: string, text: string): Promise<void> {
  await mkdir(dirname(join(directory, name)), { recursive: true });
  await writeFile(join(directory, name), text);
}

/** Starts the command on a directory with these files. */
async function developing(files: Record<string, string> = {}, ...args: string[]): Promise<Site> {
  const directory = await directoryWith();
  const all = { 'app.ts': APP, 'greeting.ts': "export const greeting: string = 'first';\n", 'fastserve.config.json': CONFIG, 'static/site.css': 'h1 { color: rgb(1, 2, 3) }', ...files };
  for (const [name, text] of Object.entries(all)) await writeIn(directory, name, text);
  const running = new Running(['dev', directory, '--port', '0', ...args]);
  atEnd(async () => {
    running.process.kill('SIGKILL');
    await running.exited;
  });
  const url = await running.url();
  const page = async (path = '/') => {
    const { status, text } = await ask(url, get(path, ...NAVIGATE));
    return { status, text };
  };
  return { url, running, page, write: (name, text) => writeIn(directory, name, text) };
}

const CONFIG = JSON.stringify({ app: './app.ts', static: [{ prefix: '/static/', root: 'static' }] });

describe('an edit', () => {
  it('of a module that the application imports brings a new answer at the same port', async () => {
    const { page, write, running } = await developing();
    expect((await page()).text).toContain('<h1>first</h1>');
    await write('greeting.ts', "export const greeting: string = 'second';\n");
    await running.output(/^dev reloaded in \d+ ms$/m);
    expect((await page()).text).toContain('<h1>second</h1>');
  });

  it('of the URLconf makes a page that was missing; until then the routes are shown there', async () => {
    const { page, write, running, url } = await developing();
    const missing = await page('/later/');
    expect([missing.status, missing.text]).toEqual([404, expect.stringContaining('No route fits this path.')]);
    expect(missing.text).toContain('<code>/boom/</code>');
    expect((await ask(url, get('/later/'))).text).toBe('404 Not Found\n');
    await write('app.ts', APP.replace("path('boom/'", "path('later/', () => page('now')),\n  path('boom/'"));
    await running.output(/^dev reloaded/m);
    expect(await page('/later/')).toMatchObject({ status: 200, text: expect.stringContaining('<h1>now</h1>') as string });
  });

  it('starts with the number of routes that the application has', async () => {
    const { running } = await developing();
    await running.output(/^ {2}application {2}.*app\.ts \(pipeline, 2 routes\)$/m);
  });

  it('of an import that leads nowhere shows the source and its line', async () => {
    const { page, write, running } = await developing();
    await write('greeting.ts', "\nimport { greet } from 'no-such-package';\nexport const greeting = greet();\n");
    await running.output(/^error: .*Cannot find package 'no-such-package' imported from .*greeting\.ts\n.*greeting\.ts:2:23$/m);
    const { status, text } = await page();
    expect([status, text]).toEqual([500, expect.stringContaining('greeting.ts:2:23')]);
  });

  it('keeps the connections that are open', async () => {
    const { url, write, running } = await developing();
    const client = await connected(url);
    client.send(get('/'));
    await client.answer();
    await write('greeting.ts', "export const greeting = 'second';\n");
    await running.output(/^dev reloaded/m);
    client.send(get('/'));
    expect((await client.answer()).text).toContain('second');
  });

  it('of a template brings a new answer', async () => {
    const app = `import { defineApp, nunjucks, path, render } from 'fastserve';
      export default defineApp({ urls: [path('', (request) => render(request, 'page.html'))], templates: nunjucks({ directory: new URL('./templates/', import.meta.url) }) });`;
    const { page, write, running } = await developing({ 'app.ts': app, 'templates/page.html': 'old template' });
    expect((await page()).text).toContain('old template');
    await write('templates/page.html', 'new template');
    await running.output(/^dev reloaded/m);
    expect((await page()).text).toContain('new template');
  });

  it('of the configuration starts the server anew at the same port', async () => {
    const { url, write, running } = await developing();
    await write('fastserve.config.json', JSON.stringify({ app: './app.ts', static: [{ prefix: '/files/', root: 'static' }] }));
    await running.output(new RegExp(`^dev the configuration changed: restarted in \\d+ ms at ${url}$`, 'm'));
    expect((await ask(url, get('/files/site.css'))).text).toContain('color');
    expect((await ask(url, get('/static/site.css'))).status).toBe(404);
  });

  it('of a static file is answered at once, and browsers are told to ask', async () => {
    const { url, write } = await developing();
    for (const colour of ['red', 'green', 'blue']) {
      await write('static/site.css', `h1 { color: ${colour} }`);
      const answer = await ask(url, get('/static/site.css'));
      expect([answer.text, answer.field('cache-control')]).toEqual([`h1 { color: ${colour} }`, 'no-cache']);
    }
  });
});

describe('the worker that is kept ready', () => {
  const APP_WITH_PARTS = `import { defineApp, path, text } from 'fastserve';
    import { loadedAt } from './heavy.ts';
    import { greeting } from './greeting.ts';
    export default defineApp({ urls: [path('', () => text(greeting + ' ' + loadedAt))] });`;
  const HEAVY = `console.log('heavy is loaded');
    export const loadedAt: number = Date.now();`;

  it('has loaded what was not edited before the edit, and tells what it printed when it takes over', async () => {
    const { page, write, running } = await developing({ 'heavy.ts': HEAVY, 'app.ts': APP_WITH_PARTS });
    await write('greeting.ts', "export const greeting = 'second';\n");
    await running.output(/^dev reloaded/m);
    const [, first = ''] = /second (\d+)/.exec((await page()).text) ?? [];
    // Its successor loads behind the swap: an edit after that finds it loaded.
    await expect.poll(async () => {
      const began = Date.now();
      await write('greeting.ts', `export const greeting = 'at ${began}';\n`);
      await expect.poll(async () => (await page()).text, { timeout: 10_000, interval: 20 }).toContain(`at ${began}`);
      const [, loadedAt = ''] = /at \d+ (\d+)/.exec((await page()).text) ?? [];
      return Number(loadedAt) > Number(first) && Number(loadedAt) < began;
    }, { timeout: 30_000, interval: 1000 }).toBe(true);
    await running.output(/heavy is loaded(?:.|\n)*heavy is loaded/);
  });

  it('never runs on code that was replaced', async () => {
    const { page, write } = await developing({ 'heavy.ts': HEAVY, 'app.ts': APP_WITH_PARTS });
    for (const file of ['greeting.ts', 'heavy.ts', 'greeting.ts', 'heavy.ts']) {
      const mark = `mark${Math.random()}`;
      await write(file, file === 'heavy.ts' ? `export const loadedAt: string = '${mark}';\n` : `export const greeting = '${mark}';\n`);
      await expect.poll(async () => (await page()).text, { timeout: 10_000 }).toContain(mark);
    }
  });

  it('checks templates again when a route that they name is gone', async () => {
    const app = (name: string) => `import { defineApp, path, render, templates } from 'fastserve';
      export default defineApp({ urls: [path('', (request) => render(request, 'page.html'), { name: '${name}' })],
        templates: templates({ directory: new URL('./templates/', import.meta.url) }) });`;
    const { page, write, running } = await developing({ 'app.ts': app('home'), 'templates/page.html': '{{ url("home") }} first' });
    await write('templates/page.html', '{{ url("home") }} second');
    await running.output(/^dev reloaded/m);
    expect((await page()).text).toContain('/ second');
    await write('app.ts', app('start'));
    await running.output(/^error: .*page\.html/m);
    expect((await page()).status).toBe(500);
    await write('app.ts', `${app('home')}\n`);
    await expect.poll(async () => (await page()).status, { timeout: 10_000 }).toBe(200);
  });
});

describe('broken code', () => {
  const BROKEN = "export const greeting: string = 'first';\nexport const broken = {{;\n";

  it('shows navigations where it is, while others get what the old code answers', async () => {
    const { url, page, write, running } = await developing();
    await write('greeting.ts', BROKEN);
    await running.output(/^error: The code does not compile: .*\n.*greeting\.ts:2:/m);
    const overlay = await page();
    expect(overlay.status).toBe(500);
    expect(overlay.text).toMatch(/greeting\.ts:2:\d+<\/p>/);
    expect(overlay.text).toMatch(/<span class="hit"><i>2 {2}<\/i>export const broken/);
    expect((await page('/no/such/page')).status).toBe(500);
    expect((await ask(url, get('/', 'Sec-Fetch-Mode: cors'))).text).toContain('first');
  });

  it('is forgotten when it is cured', async () => {
    const { page, write, running } = await developing();
    await write('greeting.ts', BROKEN);
    await running.output(/^error: The code does not compile/m);
    await write('greeting.ts', "export const greeting = 'cured';\n");
    await running.output(/^dev reloaded/m);
    const { status, text } = await page();
    expect([status, text.includes('<h1>cured</h1>')]).toEqual([200, true]);
  });

  it('at the start is shown too, and needs no restart to be cured', async () => {
    const { url, page, write, running } = await developing({ 'greeting.ts': BROKEN });
    expect((await page()).text).toMatch(/greeting\.ts:2:/);
    expect((await ask(url, get('/'))).status).toBe(503);
    await write('greeting.ts', "export const greeting = 'cured';\n");
    await running.output(/^dev reloaded/m);
    expect((await page()).text).toContain('<h1>cured</h1>');
  });

  it('that throws while it is loaded shows its line of TypeScript', async () => {
    const { page, write, running } = await developing();
    await write('greeting.ts', "interface Unused { a: number }\nexport const greeting: string = 'x';\nthrow new TypeError('no table');\n");
    await running.output(/^error: The code could not be loaded: .*no table\n.*greeting\.ts:3:/m);
    expect((await page()).text).toMatch(/greeting\.ts:3:7<\/p>/);
  });

  it('that is a view shows the page for it, and the error log has it', async () => {
    const { page, running } = await developing();
    const { status, text } = await page('/boom/');
    expect([status, text.includes('RangeError <span class="quiet">at GET /boom/</span>')]).toEqual([500, true]);
    expect(text).toMatch(/app\.ts:6:\d+<\/p>/);
    await running.output(/error worker 0: GET \/boom\/: RangeError: in the view/);
  });

  it('that is the configuration leaves the server as it is and says why', async () => {
    const { page, write, running } = await developing();
    await write('fastserve.config.json', '{ "app": "./app.ts", "listne": 1 }');
    await running.output(/^error: The configuration cannot be used: .*listne/m);
    expect((await page()).text).toContain('listne');
    await write('fastserve.config.json', CONFIG);
    await running.output(/restarted in/);
    expect((await page()).text).toContain('<h1>first</h1>');
  });
});

describe('the command', () => {
  it('ends at once, also with a browser that listens', async () => {
    const { url, running } = await developing();
    const client = await connected(url);
    client.send(get('/__fastserve/live'));
    expect((await client.head()).field('content-type')).toBe('text/event-stream');
    const began = performance.now();
    running.process.kill('SIGINT');
    expect((await running.exited).code).toBe(0);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('refuses an application that is an object', async () => {
    const directory = await directoryWith({ 'fastserve.config.mjs': 'export default { app: { fetch: () => new Response("x") } };' });
    const running = new Running(['dev', directory, '--port', '0']);
    const { code, stderr } = await running.exited;
    expect([code, stderr]).toEqual([2, expect.stringContaining('fastserve dev: app: is an object') as string]);
  });

  it('writes its access log in colours when asked to', async () => {
    const directory = await directoryWith({ 'app.ts': "import { gateway } from 'fastserve';\nexport default gateway((request, respond) => respond(200, [], 'x'));" });
    const running = new Running(['dev', directory, '--port', '0'], { env: { FORCE_COLOR: '1' } });
    atEnd(async () => {
      running.process.kill('SIGKILL');
      await running.exited;
    });
    const [, url = ''] = await running.output(/listening on \u001b\[36m(\S+)\u001b\[39m/);
    await ask(url, get('/shown'));
    await running.output(/\u001b\[32m200\u001b\[39m GET \/shown /);
  });
});

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

describe.skipIf(CHROMIUM === undefined)('a browser (needs Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  async function visit(url: string): Promise<Page> {
    const page = await browser.newPage();
    atEnd(() => page.close());
    const listens = page.waitForResponse(/\/__fastserve\/live$/);
    await page.goto(url);
    await listens;
    return page;
  }
  const heading = (page: Page) => page.locator('h1').textContent().catch(() => null);

  it('shows new code, the overlay and cured code by itself', async () => {
    const { url, write } = await developing();
    const page = await visit(url);
    await write('greeting.ts', "export const greeting = 'second';\n");
    await expect.poll(() => heading(page), { timeout: 10_000 }).toBe('second');
    await write('greeting.ts', 'export const greeting = {{;\n');
    await expect.poll(() => heading(page), { timeout: 10_000 }).toBe('The code does not compile');
    await write('greeting.ts', "export const greeting = 'third';\n");
    await expect.poll(() => heading(page), { timeout: 10_000 }).toBe('third');
  });

  it('takes over style sheets without a reload', async () => {
    const { url, write } = await developing();
    const page = await visit(url);
    await page.evaluate('window.stays = true');
    const colour = () => page.evaluate('getComputedStyle(document.querySelector("h1")).color');
    expect(await colour()).toBe('rgb(1, 2, 3)');
    await write('static/site.css', 'h1 { color: rgb(4, 5, 6) }');
    await expect.poll(colour, { timeout: 10_000 }).toBe('rgb(4, 5, 6)');
    expect(await page.evaluate('window.stays')).toBe(true);
  });

  it('does not reload a page whose code has not changed', async () => {
    const { url } = await developing();
    const page = await visit(url);
    await page.evaluate('window.stays = true');
    // A stream that begins later hears of the version when the page has heard of it.
    const client = await connected(url);
    client.send(get('/__fastserve/live'));
    await client.head();
    await client.piece();
    expect(await page.evaluate('window.stays')).toBe(true);
  });

  it('finds a server that was started anew', async () => {
    const { url, write } = await developing();
    const page = await visit(url);
    await write('greeting.ts', "export const greeting = 'second';\n");
    await write('fastserve.config.json', JSON.stringify({ app: './app.ts', static: [], timeouts: { stop: 100 } }));
    await expect.poll(() => heading(page), { timeout: 10_000 }).toBe('second');
  });
});
