/** `fastserve start` in a process of its own, on a site that the load knows: what signals, logs and descriptors do to it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../dist/index.js';
import { Running } from '../cli/command.ts';
import { atEnd, directoryWith, fixtureApp } from '../support/servers.ts';
import { FILES } from './load.ts';

export interface Command {
  readonly running: Running;
  readonly url: string;
  readonly pid: number;
  /** Holds the configuration, and files/. */
  readonly directory: string;
}

export interface CommandOptions {
  readonly env?: Record<string, string>;
  /** Of an earlier one. */
  readonly directory?: string;
  /** As limits of the shell, before the command: "ulimit -n 100". */
  readonly shell?: string;
}

/** Starts it with deadly.mjs and two workers, but for what `config` says. Killed behind the test. */
export async function command(config: Config & { pidFile?: string } = {}, options: CommandOptions = {}): Promise<Command> {
  const directory = options.directory ?? (await siteDirectory());
  const whole = { listen: '127.0.0.1:0', app: fixtureApp('deadly.mjs'), workers: 2, static: [{ prefix: '/files/', root: join(directory, 'files') }], ...config };
  await writeFile(join(directory, 'fastserve.config.json'), JSON.stringify({ log: { access: 'off' }, control: false, ...whole }));
  const running = new Running(['start', directory], { ...(options.env && { env: options.env }), ...(options.shell && { shell: options.shell }) });
  atEnd(async () => {
    running.process.kill('SIGKILL');
    await running.exited;
  });
  return { running, url: await running.url(), pid: running.process.pid as number, directory };
}

/** A directory with what the load asks for, below files/. Removed behind the test. */
export async function siteDirectory(): Promise<string> {
  const directory = await directoryWith();
  await mkdir(join(directory, 'files'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(directory, 'files', name), content);
  return directory;
}

/** Processor time that a process has used so far, in ms (proc(5)). */
export async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'latin1')).replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
