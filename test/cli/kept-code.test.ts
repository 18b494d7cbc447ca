/** What a start leaves of the code that V8 made, and what the next one makes of it. The built command, with a cache of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { SITE } from './command.ts';

const COMMAND = fileURLToPath(new URL('../../dist/cli/fastserve.cjs', import.meta.url));
const LIBRARY = new URL('../../dist/index.js', import.meta.url).href;
/** Code is written some seconds after it was compiled, by loaded machines later. */
const KEPT = { timeout: 20_000 };

let caches = '';
beforeEach(() => {
  caches = mkdtempSync(join(tmpdir(), 'fastserve-kept-code-'));
  return () => rmSync(caches, { recursive: true, force: true });
});

/** Runs Node with these arguments while `work` does. */
async function during(args: readonly string[], work: () => Promise<unknown>): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: 'ignore', env: { ...process.env, XDG_CACHE_HOME: caches } });
  const exit = once(child, 'exit');
  try {
    await work();
  } finally {
    child.kill('SIGKILL');
    await exit;
  }
}

const start = (work: () => Promise<unknown>): Promise<void> => during([COMMAND, 'start', SITE, '-H', '127.0.0.1', '-p', '0', '-w', '1'], work);
const useLibrary = (work: () => Promise<unknown>): Promise<void> => during(['--input-type=module', '-e', `import ${JSON.stringify(LIBRARY)}; setInterval(() => {}, 1000);`], work);

/** First lines of the files for a chunk: by whom, and whether they are drafts. */
function kept(chunk: string): string[] {
  const directory = join(caches, 'fastserve');
  try {
    const files = readdirSync(directory).filter((name) => name.startsWith(`${chunk}-`) && name.endsWith('.bin'));
    return files.map((name) => / (\w+(?: draft)?)\n/.exec(readFileSync(join(directory, name), 'latin1'))?.[1] ?? '').sort();
  } catch {
    return [];
  }
}

/** Waits until the files for a chunk are these. */
const until = (chunk: string, expected: readonly string[]): Promise<void> => expect.poll(() => kept(chunk), KEPT).toEqual(expected);

describe('code is kept', { timeout: 60_000 }, () => {
  it('of each thread of a start by itself, for they call other functions', () => start(() => until('common', ['start draft', 'thread draft'])));

  it('of a start apart from that of a program that uses the library', async () => {
    await useLibrary(() => until('common', ['library draft']));
    await start(() => until('common', ['library draft', 'start draft', 'thread draft']));
  });

  it('once more by the second start, which may have come further', async () => {
    await start(() => until('start', ['start draft']));
    await start(() => until('start', ['start']));
  });

  it('anew where V8 does not take it', async () => {
    await start(() => until('start', ['start draft']));
    await start(() => until('start', ['start']));
    await during(['--stack-size=900', COMMAND, 'start', SITE, '-H', '127.0.0.1', '-p', '0', '-w', '1'], () => until('start', ['start draft']));
  });
});
