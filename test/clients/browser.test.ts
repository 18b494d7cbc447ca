/** A browser on the example site over HTTPS: every page loads whole, runs its script, and leaves no complaint on the console. */
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type FastServer } from '../../dist/index.js';
import { dataDirectory } from '../../examples/atlas/dataset.ts';
import { certificate, hasOpenssl } from '../support/tls.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (CHROMIUM === undefined) console.warn('Chromium is not installed: the test of the example site in a browser is skipped');

const atlas = (path: string) => fileURLToPath(new URL(`../../examples/atlas/${path}`, import.meta.url));

/** Of the site's data and the certificate, for all tests. */
let directory: string | undefined;
let server: FastServer;
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM === undefined || !hasOpenssl) return;
  directory = await mkdtemp(join(tmpdir(), 'fastserve-test-'));
  process.env['ATLAS_DATA'] = directory;
  const tls = await certificate(directory, 'atlas');
  server = await serve({
    listen: { port: 0, tls },
    app: atlas('app.ts'),
    workers: 1,
    static: [
      { prefix: '/static/', root: atlas('public') },
      { prefix: '/flags/', root: dataDirectory },
    ],
  });
  const key = new X509Certificate(await readFile(tls.cert)).publicKey.export({ type: 'spki', format: 'der' });
  const trusted = createHash('sha256').update(key).digest('base64');
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', `--ignore-certificate-errors-spki-list=${trusted}`] });
});

afterAll(async () => {
  await browser?.close();
  await server?.close({ grace: 0 });
  if (directory !== undefined) await rm(directory, { recursive: true });
});

/** A page whose complaints are collected: console errors and warnings, uncaught errors, failed and refused requests. */
async function openPage(): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ baseURL: server.url });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}: ${request.failure()?.errorText}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  return { page, complaints };
}

/** Images that came to nothing. */
function brokenImages(page: Page): Promise<string[]> {
  return page.$$eval('img', async (images) => {
    const looks = images.map(async (image) => {
      image.loading = 'eager';
      await image.decode().catch(() => {});
      return image.naturalWidth > 0 ? [] : [image.src];
    });
    return (await Promise.all(looks)).flat();
  });
}

describe.skipIf(CHROMIUM === undefined || !hasOpenssl)('Chromium on the atlas', () => {
  it.each(['/', '/regions/europe/', '/countries/fra/', '/search/?q=island'])('loads %s without a complaint', async (path) => {
    const { page, complaints } = await openPage();
    const answer = await page.goto(path, { waitUntil: 'networkidle' });
    expect(answer?.status()).toBe(200);
    expect((await answer?.securityDetails())?.protocol).toBe('TLS 1.3');
    expect(await brokenImages(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('suggests while somebody types, and follows a suggestion', async () => {
    const { page, complaints } = await openPage();
    await page.goto('/');
    await page.locator('input[type=search]').first().pressSequentially('portug');
    await page.locator('[role=option]', { hasText: 'Portugal' }).first().click();
    await page.waitForURL('**/countries/prt/');
    expect(await page.locator('h1').textContent()).toContain('Portugal');
    expect(complaints).toEqual([]);
    await page.close();
  });
});
