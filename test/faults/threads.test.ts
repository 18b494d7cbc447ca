/** Threads that cannot be had, and the addon in threads and processes that are not its own. */
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, get } from '../support/client.ts';
import { atEnd, directoryWith, inline, usage } from '../support/servers.ts';
import { FaultPage, hasCompiler, shim } from './faults.ts';
import { Host } from './host.ts';
import { Load } from './load.ts';

let object: string;
beforeAll(() => {
  if (hasCompiler) object = shim();
});
afterAll(async () => {
  if (hasCompiler) await rm(object);
});

describe.skipIf(!hasCompiler)('a machine without room for another thread', () => {
  it('leaves a worker that died without a successor until there is room; the other one and the front go on', async () => {
    const page = new FaultPage(object, await directoryWith());
    atEnd(() => page.close());
    const host = await Host.start({}, { env: page.environment });
    const load = new Load(host.url);
    await load.served(20, 'view', 'file');
    page.set('hostThread', 'EAGAIN', 1);
    expect((await ask(host.url, get('/exit'))).status).toBe(502);
    await expect.poll(() => host.errors, { timeout: 20_000 }).toMatch(/worker \d could not start, starting another in \d+ ms/);
    await load.served(50, 'view', 'file', 'content');
    page.clear('hostThread');
    await host.workers(2);
    await load.served(20, 'view', 'file');
    await load.end('view 502', 'content 502');
    expect(host.process.exitCode).toBe(null);
  });
});

describe('the addon', () => {
  it('in a worker thread of a program serves there, beside a server of the main thread', async () => {
    const server = await inline((_request, respond) => respond(200, [], 'main'));
    const before = await usage();
    for (const close of [true, false]) {
      const worker = new Worker(fileURLToPath(new URL('../fixtures/thread-host.mjs', import.meta.url)), { workerData: { close } });
      const messages: unknown[] = [];
      worker.on('message', (message) => messages.push(message));
      await expect.poll(() => messages, { timeout: 30_000 }).toEqual([['inline /a', 'hello /a'], ...(close ? ['closed'] : [])]);
      // Also from the middle of its life: what it served ends with it.
      await worker.terminate();
      expect((await ask(server.url, get('/'))).text).toBe('main');
    }
    await expect.poll(async () => (await usage()).threads, { timeout: 20_000 }).toBeLessThanOrEqual(before.threads + 1);
    await expect.poll(async () => (await usage()).descriptors, { timeout: 20_000 }).toBeLessThanOrEqual(before.descriptors + 3);
  });

  it('loaded a second time under another name is refused or works alone, never shared by accident', async () => {
    const server = await inline((_request, respond) => respond(200, [], 'first'));
    const path = fileURLToPath(new URL('../../build/Release/fastserve.node', import.meta.url));
    const again = createRequire(import.meta.url)(path) as { abi: number };
    expect(again.abi).toBeGreaterThan(0);
    const holder = { exports: {} as Record<string, unknown> };
    process.dlopen(holder, path);
    expect(Object.keys(holder.exports)).toContain('Server');
    expect((await ask(server.url, get('/'))).text).toBe('first');
  });
});
