/** Workers that fail in every way, under load: only what was inside one of them fails, with 502 or 504, and nothing else does. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { ask, CutError, get } from '../support/client.ts';
import { heavy } from '../support/heavy.ts';
import { connected, directoryWith, fixtureApp } from '../support/servers.ts';
import { Host, type HostOptions } from './host.ts';
import { file, Load } from './load.ts';

/** What requests get that a dying worker had begun. */
const BEGUN = ['view 502', 'content 502'];
/** As well at their own limit, where that comes before the worker is ended. */
const STOOD = [...BEGUN, 'view 504', 'content 504'];
const LIMIT_MS = 500;
const KINDS = ['view', 'content', 'file', 'large'];
/** Far above what an answer takes, far below what it would wait for a worker that is stuck. */
const UNDISTURBED_MS = 1000;

/** Runs `inject` under load. Everything is served before and after it; what else happens must be allowed. */
async function under(host: Host, inject: (load: Load) => Promise<unknown>, ...allowed: string[]): Promise<Record<string, number>> {
  const before = await host.held();
  const load = new Load(host.url);
  await load.served(20, ...KINDS);
  await inject(load);
  await load.served(20, ...KINDS);
  await host.workers(2);
  const tally = await load.end(...allowed);
  await host.settled(before);
  return tally;
}

async function underAlone(config: Config, inject: (load: Load, host: Host) => Promise<unknown>, allowed: string[], options?: HostOptions): Promise<void> {
  const host = await Host.start(config, options);
  await under(host, (load) => inject(load, host), ...allowed);
}

async function status(host: Host, path: string): Promise<number> {
  return (await ask(host.url, get(path))).status;
}

describe('a handler that throws', () => {
  it('costs its request a 500 that says nothing of the error, and nobody else anything', async () => {
    await underAlone({}, async (_load, host) => {
      for (let i = 0; i < 20; i++) {
        const answer = await ask(host.url, get('/throw'));
        expect(answer.status).toBe(500);
        expect(answer.text).not.toContain('thrown');
      }
      expect(host.errors).not.toContain('died');
    }, []);
  });
});

describe('a worker that ends', () => {
  it('by a stray error, a stray rejection or an exit answers 502 for what it had begun', async () => {
    await underAlone({}, async (_load, host) => {
      for (const path of ['/stray-throw', '/stray-rejection', '/exit', '/exit-later']) {
        expect(await status(host, path)).toBe(502);
        expect(await status(host, `${path}?again`)).toBe(502);
        await host.workers(2);
      }
    }, BEGUN);
  });

  it('inside an answer leaves one that looks cut', async () => {
    await underAlone({}, async (_load, host) => {
      for (const turn of [1, 2]) {
        const client = await connected(host.url);
        client.send(get(`/half?${turn}`));
        const error = await client.answer().catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(CutError);
        expect((error as CutError).answer?.status).toBe(200);
      }
    }, BEGUN);
  });

  it('again and again, with eight requests waiting inside, costs no other request', async () => {
    await underAlone({}, async (_load, host) => {
      for (let i = 0; i < heavy(10, 100); i++) {
        const inside = await Promise.all(Array.from({ length: 8 }, () => connected(host.url)));
        for (const [k, client] of inside.entries()) client.send(get(`/slow/300?${i}.${k}`));
        expect(await status(host, `/exit?${i}`)).toBe(502);
        for (const client of inside) expect([200, 502]).toContain((await client.answer()).status);
      }
    }, BEGUN);
  });

  it('for want of memory is replaced', async () => {
    const env = { NODE_OPTIONS: '--max-old-space-size=96' };
    await underAlone({}, async (_load, host) => expect(await status(host, '/memory')).toBe(502), BEGUN, { env });
  });

  it('and cannot start again leaves 503 for views, and everything else as it was, until it can', async () => {
    const directory = await directoryWith();
    const flag = join(directory, 'flag');
    const app = join(directory, 'app.mjs');
    await writeFile(app, `import { existsSync } from 'node:fs';
      if (existsSync(${JSON.stringify(flag)})) throw new Error('no database');
      export { default } from ${JSON.stringify(fixtureApp('deadly.mjs'))};`);
    const down = ['view 503', 'content 503'];
    const recovers = async (load: Load, host: Host) => {
      await writeFile(flag, '');
      for (const turn of [1, 2]) expect(await status(host, `/exit?${turn}`)).toBe(502);
      await expect.poll(() => Math.min(...down.map((outcome) => load.count(outcome))), { timeout: 20_000 }).toBeGreaterThan(5);
      load.worstMs('file');
      await load.served(100, 'file');
      expect(load.worstMs('file')).toBeLessThan(UNDISTURBED_MS);
      expect(await status(host, '/files/none')).toBe(404);
      expect(host.errors).toMatch(/worker \d could not start, starting another in \d+ ms: the application could not be loaded: no database/);
      await rm(flag);
    };
    await underAlone({ app, timeouts: { queue: '300ms' } }, recovers, [...BEGUN, ...down]);
  });

  it('and takes its time to start again lets requests wait for it', async () => {
    const directory = await directoryWith();
    const flag = join(directory, 'flag');
    const app = join(directory, 'app.mjs');
    await writeFile(app, `import { existsSync } from 'node:fs';
      if (existsSync(${JSON.stringify(flag)})) await new Promise((resolve) => setTimeout(resolve, 1500));
      export { default } from ${JSON.stringify(fixtureApp('deadly.mjs'))};`);
    await underAlone({ app, workers: 2 }, async (load, host) => {
      await writeFile(flag, '');
      for (const turn of [1, 2]) expect(await status(host, `/exit?${turn}`)).toBe(502);
      load.worstMs('view');
      await load.served(5, 'view');
      expect(load.worstMs('view')).toBeGreaterThan(500);
    }, BEGUN);
  });
});

describe('a worker that stands still', () => {
  const timeouts = { request: LIMIT_MS };

  it('in a loop, in Atomics.wait or in a system call: its request is 504 at the limit, and another worker takes its place', async () => {
    await underAlone({ timeouts }, async (load, host) => {
      for (const path of ['/spin?mark=/dev/null', '/atomics', '/native']) {
        const began = performance.now();
        expect(await status(host, path)).toBe(504);
        expect(performance.now() - began).toBeGreaterThanOrEqual(LIMIT_MS - 1);
        expect(load.worstMs('file')).toBeLessThan(UNDISTURBED_MS);
        await host.workers(2);
      }
    }, STOOD);
  });

  it('with all others: files go on meanwhile, and requests for views wait for the next workers', async () => {
    await underAlone({ timeouts }, async (load, host) => {
      load.worstMs('file');
      const both = await Promise.all([1, 2, 3].map((n) => status(host, `/spin?mark=/dev/null${'&'.repeat(n)}`)));
      expect(both.every((code) => code === 504 || code === 502)).toBe(true);
      expect(load.worstMs('file')).toBeLessThan(UNDISTURBED_MS);
    }, STOOD);
  });
});

describe('a limit', () => {
  it('of 504 is never early, and seldom late', async () => {
    const host = await Host.start({ timeouts: { request: LIMIT_MS } });
    const load = new Load(host.url, { visits: [file], clients: 4 });
    const late = await Promise.all(Array.from({ length: 40 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 11));
      const client = await connected(host.url);
      const began = performance.now();
      client.send(get('/never'));
      expect((await client.answer()).status).toBe(504);
      return performance.now() - began - LIMIT_MS;
    }));
    late.sort((a, b) => a - b);
    // The client's clock starts a moment before the server's; both count whole milliseconds.
    expect(late[0]).toBeGreaterThan(-1.5);
    expect(late[Math.floor(late.length * 0.9)]).toBeLessThan(250);
    if (process.env.FASTSERVE_SHOW_TIMES) console.log(`504 late by ms: median ${late[20]?.toFixed(1)}, worst ${late.at(-1)?.toFixed(1)}`);
    await load.end();
  });
});

describe('a worker with too much outside of its heap', () => {
  it('gives way to another one before memory is short; no request fails', async () => {
    await underAlone({ recycle: { external: '64mb' } }, async (_load, host) => {
      for (let i = 0; i < 12; i++) expect(await status(host, `/buffer?${i}`)).toBe(200);
      await expect.poll(() => host.errors, { timeout: 20_000 }).toMatch(/external|outside/);
    }, []);
  });
});
