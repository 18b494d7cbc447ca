/** The admin page in a browser: it signs in, lives, shows real requests, and leaves no complaint on the console. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineApp, type FastServer, path, Response, serve } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { fixtureApp, signal } from '../support/servers.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (CHROMIUM === undefined) console.warn('Chromium is not installed: the test of the admin page in a browser is skipped');

const TOKEN = 'a-token-of-sixteen-or-more';
const release = signal();
let server: FastServer;
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  const app = defineApp({ urls: [path('held/', () => release.promise.then(() => new Response('held'))), path('hello/<str:name>/', (_, { name }) => new Response(`hello ${name}`), { name: 'hello' })] });
  server = await serve({ app, admin: { listen: 0, token: TOKEN } });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  await server?.close({ grace: 0 });
});

describe.skipIf(CHROMIUM === undefined)('the admin page', () => {
  it('shows a request as a waterfall, with a target that could be markup as text', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && !message.text().includes('401') && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.adminUrl as string);
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('live', { exact: true }).waitFor();
    await ask(server.url, get('/hello/<img>/'));
    await page.getByRole('button', { name: '/hello/<img>/' }).click();
    const waterfall = page.locator('#waterfall');
    await expect.poll(() => waterfall.innerText()).toContain('GET /hello/<img>/');
    for (const step of ['front', 'queue', 'worker 0', 'router', 'view hello', 'write']) expect(await waterfall.innerText()).toContain(step);
    expect(await page.locator('#waterfall img').count()).toBe(0);
    await expect.poll(() => page.locator('#routes').innerText()).toContain('/hello/<str:name>/');
    await page.getByRole('button', { name: 'Failed' }).click();
    await expect.poll(() => page.locator('#requests').innerText()).toContain('None of those');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('shows what a worker is doing now', async () => {
    const page = await browser.newPage();
    await page.goto(server.adminUrl as string);
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const held = ask(server.url, get('/held/'));
    await expect.poll(() => page.locator('#workers').innerText(), { timeout: 20_000 }).toMatch(/1 in flight[^]*GET \/held\//);
    release.resolve();
    expect((await held).status).toBe(200);
    await expect.poll(() => page.locator('#workers').innerText()).toContain('idle');
    await page.close();
  });

  it('shows pools and upstreams where there are any', async () => {
    const [page, site] = [await browser.newPage(), await serve({
      app: fixtureApp('deadly.mjs'), workers: 1, admin: { listen: 0, token: TOKEN },
      upstreams: { back: { servers: ['http://127.0.0.1:9'] } }, proxy: [{ prefix: '/up/', upstream: 'back' }],
    })];
    await page.goto(site.adminUrl as string);
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.locator('#pools').innerText(), { timeout: 20_000 }).toMatch(/default[^]*0 of 1 busy/);
    expect((await ask(site.url, get('/up/'))).status).toBe(502);
    await expect.poll(() => page.locator('#upstreams').innerText()).toMatch(/http:\/\/127\.0\.0\.1:9[^]*1 failed/);
    expect(await page.locator('#cache-card').isVisible()).toBe(false);
    await page.close();
    await site.close({ grace: 0 });
  });

  it('fits a small screen', async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await page.goto(server.adminUrl as string);
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('live', { exact: true }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await page.close();
  });
});
