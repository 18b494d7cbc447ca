/** Servers of the built package that are stopped behind each test, and what tests look at beside answers. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, vi } from 'vitest';
import { type Config, type FastServer, gateway, type RawApplication, serve } from '../../dist/index.js';
import { Client } from './client.ts';

const stops: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Runs `stop` behind the test, last one first. */
export function atEnd(stop: () => Promise<unknown> | void): void {
  stops.push(stop);
}

/** Absolute path of an application among test/fixtures/apps. */
export function fixtureApp(name: string): string {
  return fileURLToPath(new URL(`../fixtures/apps/${name}`, import.meta.url));
}

/** serve(), stopped behind the test. */
export async function started(config: Config): Promise<FastServer> {
  const server = await serve(config);
  atEnd(() => server.close({ grace: 0 }));
  return server;
}

/** A server that runs this function in the thread of the test. */
export function inline(application: RawApplication, config: Config = {}): Promise<FastServer> {
  return started({ app: gateway(application), ...config });
}

/** A connection that is closed behind the test. */
export async function connected(server: FastServer | string, options: { highWaterMark?: number; localAddress?: string } = {}): Promise<Client> {
  const client = await Client.connect(typeof server === 'string' ? server : server.url, options);
  atEnd(() => client.destroy());
  return client;
}

/** An empty directory that is removed behind the test, with these files in it. */
export async function directoryWith(files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'fastserve-test-'));
  atEnd(() => rm(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  return directory;
}

/** Takes what goes to standard error from now on; the function gives it. */
export function takeErrors(): () => string {
  let text = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  atEnd(() => spy.mockRestore());
  return () => text;
}

/** A promise and the function that resolves it. */
export function signal<Value = void>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((given) => {
    resolve = given;
  });
  return { promise, resolve };
}

/** Descriptors and threads of a process; default: this one. */
export async function usage(pid: number | 'self' = 'self'): Promise<{ descriptors: number; threads: number }> {
  const [descriptors, threads] = await Promise.all([readdir(`/proc/${pid}/fd`), readdir(`/proc/${pid}/task`)]);
  return { descriptors: descriptors.length, threads: threads.length };
}

/** Resident memory of a process in bytes: now, and the most since the last reset. */
export async function memory(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { now: kilobytes('VmRSS'), peak: kilobytes('VmHWM') };
}

/** Makes `memory().peak` start anew (proc(5), clear_refs). */
export async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}
