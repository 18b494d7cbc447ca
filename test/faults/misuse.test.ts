/** Programs that use the package wrongly: whatever they pass, it throws or answers, and their process lives. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { heavy } from '../support/heavy.ts';
import { atEnd, directoryWith } from '../support/servers.ts';

const RANDOM_CALLS = fileURLToPath(new URL('../fixtures/random-calls.mjs', import.meta.url));
const RACES = fileURLToPath(new URL('../fixtures/races.mjs', import.meta.url));
const ENDED_WHILE_LOADING = fileURLToPath(new URL('../fixtures/ended-while-loading.mjs', import.meta.url));
const ADDON = fileURLToPath(new URL('../../build/Release/fastserve.node', import.meta.url));
const MINUTES = 60_000;

/** Runs a script in an empty directory to its end, which must be a good one. */
async function ran<Result>(script: string, ...args: (number | string)[]): Promise<Result> {
  const child = spawn(process.execPath, [script, ...args.map(String)], { cwd: await directoryWith(), stdio: ['ignore', 'pipe', 'pipe'] });
  atEnd(() => void child.kill('SIGKILL'));
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([code, signal], errors).toEqual([0, null]);
  return JSON.parse(output) as Result;
}

describe('random calls of everything that is exported, and of what comes back', () => {
  it.each([1, 2])('throw or return, and a server still serves behind them (seed %i)', async (seed) => {
    const count = heavy(2000, 50_000);
    const { calls, threw, served } = await ran<{ calls: number; threw: number; served: number }>(RANDOM_CALLS, count, seed);
    expect(calls).toBeGreaterThanOrEqual(count);
    expect(threw).toBeGreaterThan(count / 10);
    expect(served).toBe(1);
  }, 30 * MINUTES);
});

describe('starts, reloads and stops that cross each other at random moments', () => {
  it('end with every server stopped, every call settled, and no thread or descriptor more', async () => {
    const rounds = heavy(20, 500);
    const { before, after, settled } = await ran<{ before: object; after: object; settled: number }>(RACES, rounds, 36);
    expect(settled).toBe(rounds);
    expect(after).toEqual(before);
  }, 30 * MINUTES);
});

describe('threads that are ended while they load the addon', () => {
  it('take nobody along', async () => {
    const count = heavy(120, 2000);
    const { ended } = await ran<{ ended: number }>(ENDED_WHILE_LOADING, count, ADDON);
    expect(ended).toBe(count);
  }, 30 * MINUTES);
});
