/** The system calls of an I/O thread, as strace sees them. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryWith } from './servers.ts';

export const hasStrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
if (!hasStrace) console.warn('strace is missing, or may not trace here: the tests of system calls are skipped');

/** The calls of the only I/O thread of a process while `work` lasts, one a line in strace's form; `options` are strace's. */
export async function callsDuring(pid: number, work: () => Promise<void>, options: readonly string[] = []): Promise<string[]> {
  const file = join(await directoryWith(), 'calls');
  const strace = spawn('strace', [...options, '-o', file, '-p', String(await ioThread(pid))]);
  const closed = once(strace, 'close');
  await new Promise<void>((resolve) => strace.stderr.on('data', (text: Buffer) => text.includes('attached') && resolve()));
  await work();
  strace.kill('SIGINT');
  await closed;
  return (await readFile(file, 'utf8')).split('\n').filter((line) => /^\w+\(/.test(line));
}

async function ioThread(pid: number): Promise<number> {
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    if ((await readFile(`/proc/${pid}/task/${thread}/comm`, 'utf8')).startsWith('fs-io-')) return Number(thread);
  }
  throw new Error('the server has no I/O thread');
}
