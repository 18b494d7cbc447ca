/** A visitor's way through the example site in a browser: join, be corrected, write, hoist a flag, be seen by others, leave. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type FastServer } from '../../dist/index.js';
import { png } from '../examples/pictures.ts';
import { directoryWith } from '../support/servers.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (CHROMIUM === undefined) console.warn('Chromium is not installed: the way through the example site is skipped');

const atlas = (path: string) => fileURLToPath(new URL(`../../examples/atlas/${path}`, import.meta.url));
const PASSWORD = 'a long enough password';

let server: FastServer;
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  const data = await directoryWith();
  process.env['ATLAS_DATA'] = data;
  await mkdir(join(data, 'uploads'));
  server = await serve({
    listen: { port: 0 },
    app: atlas('app.ts'),
    workers: 2,
    static: [
      { prefix: '/static/', root: atlas('public') },
      { prefix: '/uploads/', root: join(data, 'uploads') },
    ],
  });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  await server?.close({ grace: 0 });
});

/** A page of a visitor with cookies of their own. */
async function newVisitor(): Promise<Page> {
  return (await browser.newContext({ baseURL: server.url })).newPage();
}

async function register(page: Page, name: string, again = PASSWORD): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password, once more').fill(again);
  await page.getByRole('button', { name: 'Make an account' }).click();
}

describe.skipIf(CHROMIUM === undefined)('a visitor', () => {
  it('joins, writes, and is seen by who watches, with two workers behind it', async () => {
    const page = await newVisitor();
    await page.goto('/countries/prt/');
    await page.getByRole('link', { name: 'Write the first note' }).click();
    await page.getByRole('link', { name: 'Make an account' }).click();
    await register(page, 'Ada', 'something else');
    expect(await page.getByText('The two passwords differ.').isVisible()).toBe(true);
    expect(await page.getByLabel('Name').inputValue()).toBe('Ada');
    await register(page, 'Ada');
    await page.waitForURL('**/countries/prt/notes/new/');
    expect(await page.locator('.message.success').textContent()).toBe('Welcome, Ada.');

    const watcher = await newVisitor();
    await watcher.goto('/notes/');
    await watcher.getByText('You are watching').waitFor();

    await page.getByLabel('Title').fill('Fish <b>& bread</b>');
    await page.getByLabel('What should others know?').fill('Grilled, at the harbour, at noon.');
    await page.getByLabel('5').check();
    await page.getByRole('button', { name: 'Put it on the map' }).click();
    await page.waitForURL('**/countries/prt/#notes');
    expect(await page.locator('.note h3').textContent()).toBe('Fish <b>& bread</b>');
    await watcher.locator('.live-list li', { hasText: 'Fish <b>& bread</b>' }).waitFor();

    await page.getByRole('link', { name: 'Ada' }).click();
    await page.getByLabel('Picture').setInputFiles({ name: 'my flag.png', mimeType: 'image/png', buffer: png(60, 40) });
    await page.getByRole('button', { name: 'Hoist the flag' }).click();
    const flag = page.locator('.own-flag');
    await flag.waitFor();
    expect(await flag.evaluate(async (image) => (await (image as unknown as { decode(): Promise<void> }).decode(), (image as unknown as { naturalWidth: number }).naturalWidth))).toBe(60);

    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are logged out.').waitFor();
    expect((await page.goto('/account/'))?.url()).toContain('/account/login/?next=%2Faccount%2F');
  });

  it('finds a helpful page where there is none, and where it is not allowed', async () => {
    const page = await newVisitor();
    expect((await page.goto('/germani'))?.status()).toBe(404);
    expect(await page.getByRole('link', { name: 'Germany' }).first().isVisible()).toBe(true);
    const refused = await page.evaluate(() => fetch('/account/login/', { method: 'POST', body: new URLSearchParams({ name: 'x', password: 'y' }) }).then((answer) => answer.text()));
    expect(refused).toContain('Not yours to open');
  });
});
