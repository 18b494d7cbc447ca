/** A wall clock that jumps, and a machine whose processors belong to others: no limit of time fires for that. */
import { spawn } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, get } from '../support/client.ts';
import { atEnd, connected, directoryWith } from '../support/servers.ts';
import { hasCompiler, shim } from './faults.ts';
import { Host } from './host.ts';
import { Load } from './load.ts';

const KINDS = ['view', 'content', 'file', 'large'];
const HOUR_S = 3600;
/** Files and dates are compared by the second, and a machine may be slow. */
const DATE_SLACK_S = 60;

let object: string;
beforeAll(() => {
  if (hasCompiler) object = shim('clock');
});
afterAll(async () => {
  if (hasCompiler) await rm(object);
});

describe.skipIf(!hasCompiler)('a wall clock that jumps', () => {
  it('by an hour forwards and backwards ends no connection and no request, and Date follows it', async () => {
    const path = join(await directoryWith({ clock: Buffer.alloc(8) }), 'clock');
    const page = openSync(path, 'r+');
    const host = await Host.start({ cache: true }, { env: { LD_PRELOAD: object, CLOCK_PAGE: path } });
    const before = await host.held();
    const load = new Load(host.url);
    await load.served(20, ...KINDS);
    const idle = await connected(host.url);
    idle.send(get('/t/first'));
    expect((await idle.answer()).status).toBe(200);
    const slow = ask(host.url, get('/slow/3000'));
    for (const offset of [HOUR_S, -HOUR_S, 24 * HOUR_S, 0]) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(offset));
      writeSync(page, bytes, 0, 8, 0);
      await load.served(20, ...KINDS);
      const says = async () => {
        idle.send(get('/t/again'));
        return Date.parse((await idle.answer()).field('date') ?? '') / 1000 - Date.now() / 1000 - offset;
      };
      await expect.poll(async () => Math.abs(await says())).toBeLessThan(DATE_SLACK_S);
    }
    expect((await slow).status).toBe(200);
    expect((await host.stats()).timedOut).toBe(0);
    await load.end();
    await host.settled(before);
  });
});

describe('a machine whose processors are all busy', () => {
  it('makes answers later, and no limit fires wrongly', async () => {
    const timeouts = { header: '2s', body: '2s', write: '2s', request: '5s', queue: '5s' };
    const host = await Host.start({ timeouts });
    const before = await host.held();
    const load = new Load(host.url);
    await load.served(20, ...KINDS);
    const burners = Array.from({ length: 2 * availableParallelism() }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    const stop = () => {
      for (const burner of burners) burner.kill('SIGKILL');
    };
    atEnd(stop);
    await sleep(3000);
    stop();
    await load.served(20, ...KINDS);
    await load.end();
    await host.settled(before);
  });
});
