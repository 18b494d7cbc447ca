/**
 * The pages that the server makes by itself, as people meet them who use a keyboard, a screen reader or a dark screen. In a browser, in
 * both colour schemes: contrast of every text (WCAG 1.4.3), landmarks and headings (1.3.1, 2.4.6), names of controls (4.1.2), focus
 * that shows (2.4.7), what scrolls can be scrolled with keys (2.1.1).
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineApp, type FastServer, html, path, Response, serve } from '../../dist/index.js';
import { Running } from '../cli/command.ts';
import { ask, get } from '../support/client.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (CHROMIUM === undefined) console.warn('Chromium is not installed: the test of accessibility is skipped');

const TOKEN = 'a-token-of-sixteen-or-more';
const APP = `import { defineApp, html, path } from 'fastserve';
export default defineApp({ urls: [
  path('', () => html('home')),
  path('boom/', () => { throw new RangeError('a long line of source ${'that goes on '.repeat(20)}', { cause: new Error('why') }); }),
] });
`;

let server: FastServer;
let dev: Running;
let broken: Running;
let browser: Browser;
let root: string;
let urls: Record<string, string>;

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  root = await mkdtemp(join(tmpdir(), 'fastserve-pages-'));
  const [files, site, other] = ['files', 'site', 'other'].map((name) => join(root, name)) as [string, string, string];
  for (const directory of [join(files, 'folder'), site, other]) await mkdir(directory, { recursive: true });
  await writeFile(join(files, 'a & b.txt'), 'text');
  await writeFile(join(site, 'app.ts'), APP);
  await writeFile(join(other, 'app.ts'), `const text = '${'long '.repeat(60)}';\ntext.at(0).x.y;\n`);
  const app = defineApp({ urls: [path('', () => html('home')), path('boom/', () => new Response('failed', { status: 500 }))] });
  server = await serve({ app, static: [{ prefix: '/files/', root: files, listing: true }], admin: { listen: 0, token: TOKEN } });
  dev = new Running(['dev', site, '--port', '0']);
  broken = new Running(['dev', other, '--port', '0']);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const at = await dev.url();
  urls = {
    'directory listing': `${server.url}/files/`,
    'error page': `${server.url}/missing`,
    'log-in of the admin page': server.adminUrl as string,
    'not-found page of dev': `${at}/missing`,
    'debug page': `${at}/boom/`,
    overlay: await broken.url(),
  };
}, 60_000);

afterAll(async () => {
  await browser?.close();
  for (const command of [dev, broken]) {
    command?.process.kill('SIGKILL');
    await command?.exited;
  }
  await server?.close({ grace: 0 });
  if (root !== undefined) await rm(root, { recursive: true });
});

/** What runs in the page: functions that give texts, one for each fault. */
const CHECKS = readFileSync(new URL('accessibility-checks.js', import.meta.url), 'utf8');

/** What is wrong with a page. */
async function faultsOf(page: Page): Promise<string[]> {
  const faults = (await page.evaluate(`${CHECKS}\n[...faintTexts(), ...structureFaults()]`)) as string[];
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab');
    faults.push(...((await page.evaluate(`${CHECKS}\nhiddenFocus()`)) as string[]));
  }
  return [...new Set(faults)];
}

/** By page, so that none is taken for another. */
const HEADINGS: Readonly<Record<string, RegExp>> = {
  'directory listing': /^\/files$/,
  'error page': /^404 Not Found$/,
  'log-in of the admin page': /^fastserve$/,
  'not-found page of dev': /\/missing/,
  'debug page': /^RangeError at GET \/boom\/$/,
  overlay: /^The code could not be loaded$/,
};

describe.skipIf(CHROMIUM === undefined).each(['light', 'dark'] as const)('in %s colours the', (colorScheme) => {
  it.each(Object.keys(HEADINGS))('%s can be read, heard and used with keys', async (name) => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 400, height: 800 } });
    await page.goto(urls[name] as string);
    expect(await page.innerText('h1')).toMatch(HEADINGS[name] as RegExp);
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });
});

describe.skipIf(CHROMIUM === undefined).each([
  ['light', 1200],
  ['dark', 1200],
  ['light', 400],
  ['dark', 400],
] as const)('in %s colours, %i wide, the admin page', (colorScheme, width) => {
  it('with requests in it can be read, heard and used with keys', async () => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
    await page.goto(server.adminUrl as string);
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('live', { exact: true }).waitFor();
    for (const path of ['/', '/missing', '/boom/']) await ask(server.url, get(path));
    await page.getByRole('button', { name: '/boom/' }).first().click();
    await page.locator('#routes tr').nth(1).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });
});

describe.skipIf(CHROMIUM === undefined)('the checks', () => {
  it('see what they look for', async () => {
    const page = await browser.newPage({ colorScheme: 'dark' });
    await page.setContent('<!doctype html><style>body{background:#fff} a:focus{outline:none}</style><h1>a</h1><h3>b</h3><p style="color:#777;opacity:.9">faint</p><input><a href="/" style="text-decoration:none"></a>');
    const faults = (await faultsOf(page)).join('\n');
    expect(faults).toMatch(/no language or no title\nnot one main and one h1\nheadings 1 3\nno label: <input>\nno name: <a/);
    expect(faults).toMatch(/^\d\.\d\d: faint$/m);
    expect(faults).toMatch(/^focus does not show: <a/m);
    await page.close();
  });
});
