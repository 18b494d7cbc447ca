/** A server in a process of its own, under the control of a test: its statistics, its reloads, its main thread. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Config, FastServer } from '../../dist/index.js';
import { atEnd, directoryWith, fixtureApp, memory, usage } from '../support/servers.ts';
import { FILES } from './load.ts';

const SCRIPT = fileURLToPath(new URL('../fixtures/fault-host.mjs', import.meta.url));
/** Files that the cache may have open or not, and connections that are about to be closed. */
const DESCRIPTOR_SLACK = 6;
const MEMORY_SLACK_BYTES = 64 * 1024 * 1024;

export type Stats = ReturnType<FastServer['stats']>;
type Reply = { id: number; result?: unknown; error?: string };

export interface HostOptions {
  readonly env?: Record<string, string>;
  /** Put before the command, as "sh -c ..." in which "$@" is the command. */
  readonly shell?: string;
}

/** What a process holds. */
export interface Held {
  readonly descriptors: number;
  readonly threads: number;
  readonly bytes: number;
}

export class Host {
  readonly process: ChildProcess;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  readonly url: string;
  readonly #replies = new Map<number, (reply: Reply) => void>();
  readonly #stderr: string[];
  #next = 0;

  /** Starts it with deadly.mjs, two workers and the files of the load, but for what `config` says. Killed behind the test. */
  static async start(config: Config = {}, options: HostOptions = {}): Promise<Host> {
    const root = await directoryWith();
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(root, name), text);
    const whole: Config = { app: fixtureApp('deadly.mjs'), workers: 2, static: [{ prefix: '/files/', root }], ...config };
    const child = spawnHost(JSON.stringify(whole), options);
    const exited = once(child, 'exit').then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null }));
    const stderr: string[] = [];
    child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    atEnd(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    const [first] = (await Promise.race([once(child, 'message'), exited.then(() => [])])) as [{ url: string }?];
    if (first === undefined) throw new Error(`the server did not start:\n${stderr.join('')}`);
    return new Host(child, exited, first.url, stderr);
  }

  private constructor(child: ChildProcess, exited: Host['exited'], url: string, stderr: string[]) {
    this.process = child;
    this.exited = exited;
    this.url = url;
    this.#stderr = stderr;
    child.on('message', (reply: Reply) => this.#replies.get(reply.id)?.(reply));
  }

  get pid(): number {
    return this.process.pid as number;
  }

  get errors(): string {
    return this.#stderr.join('');
  }

  stats(): Promise<Stats> {
    return this.#ask('stats') as Promise<Stats>;
  }

  /** Rejects with the code of the error. */
  async reload(config?: Config): Promise<void> {
    await this.#ask('reload', config);
  }

  async close(options: { grace?: number; lameDuck?: number } = {}): Promise<void> {
    await this.#ask('close', options);
  }

  /** The main thread does nothing else for so long. Resolves behind that. */
  async block(milliseconds: number): Promise<void> {
    await this.#ask('block', milliseconds);
  }

  /** Resolves when so many workers take requests. */
  async workers(count: number): Promise<void> {
    await expect.poll(async () => (await this.stats()).workers.filter(({ state }) => state === 'attached').length, { timeout: 20_000 }).toBe(count);
  }

  async held(): Promise<Held> {
    const [{ descriptors, threads }, { now }] = await Promise.all([usage(this.pid), memory(this.pid)]);
    return { descriptors, threads, bytes: now };
  }

  /** Resolves when nothing waits and the process holds no more than before; no load may be there. */
  async settled(before: Held): Promise<void> {
    expect([this.process.exitCode, this.process.signalCode], `the server lives\n${this.errors}`).toEqual([null, null]);
    const requests = async () => {
      const { queued, inFlight } = await this.stats();
      return [queued, inFlight];
    };
    // Behind a 504 a request is in its worker until that has looked at it.
    await expect.poll(requests, { timeout: 20_000, message: 'waiting and in workers' }).toEqual([0, 0]);
    const held = () => this.held();
    await expect.poll(async () => (await held()).descriptors, { timeout: 20_000 }).toBeLessThanOrEqual(before.descriptors + DESCRIPTOR_SLACK);
    await expect.poll(async () => (await held()).threads, { timeout: 20_000 }).toBeLessThanOrEqual(before.threads);
    await expect.poll(async () => (await held()).bytes, { timeout: 20_000 }).toBeLessThan(before.bytes + MEMORY_SLACK_BYTES);
  }

  #ask(command: string, argument?: unknown): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#replies.set(id, ({ result, error }) => {
        this.#replies.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(error));
      });
      this.process.send({ id, command, argument }, (error) => error && reject(error));
    });
  }
}

function spawnHost(config: string, { env, shell }: HostOptions): ChildProcess {
  const options = { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] as ('ignore' | 'inherit' | 'pipe' | 'ipc')[] };
  if (shell === undefined) return fork(SCRIPT, [config], { ...options, execArgv: [] });
  // The path of a program that hands itself over to node, with the arguments of fork().
  return fork(SCRIPT, [config], { ...options, execPath: '/bin/sh', execArgv: ['-c', `${shell}; exec ${process.execPath} "$0" "$@"`] });
}
