/** Process 1 of a container: what others leave behind, and signals that nobody handles. Needs unshare(1) and the right to use it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { atEnd } from '../support/servers.ts';

const PROGRAM = fileURLToPath(new URL('../fixtures/programs/as-init.mjs', import.meta.url));
const NAMESPACE = ['--pid', '--fork', '--mount-proc'];
const isPermitted = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;
if (!isPermitted) console.warn('skipping what process 1 does: unshare --pid is not permitted here');

function asInit(...args: string[]): ChildProcess {
  const child = spawn('unshare', [...NAMESPACE, '--kill-child', process.execPath, PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(() => void child.kill('SIGKILL'));
  return child;
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  return output;
}

describe.skipIf(!isPermitted)('process 1', () => {
  it('takes what others left behind, and leaves its own children to Node', async () => {
    expect(JSON.parse(await outputOf(asInit()))).toEqual({ pid: 1, orphans: 5, code: 7 });
  });

  it('ends at SIGTERM before there is a server', async () => {
    const child = asInit('starting');
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
    process.kill(Number(pid), 'SIGTERM');
    expect(await once(child, 'exit')).toEqual([143, null]);
  });
});
