import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { stackText } from '../../../src/supervisor/workers/stack-text.ts';

/** With a blank: URLs have it escaped, paths as it is. */
const directory = mkdtempSync(join(tmpdir(), 'stack text-'));
const compiled = join(directory, 'app.cjs');
/** Line 1, column 1 of the output is line 3, column 1 of app.ts. */
writeFileSync(`${compiled}.map`, JSON.stringify({ version: 3, sources: ['app.ts'], names: [], mappings: 'AAEA' }));
afterAll(() => rmSync(directory, { recursive: true }));

describe('stackText()', () => {
  it('names the source of a module that was imported', async () => {
    expect(await stackText(`view (${pathToFileURL(compiled).href}:1:1)`)).toBe(`    at view (${directory}/app.ts:3:1)`);
  });

  it('names the source of a module that was loaded with require()', async () => {
    expect(await stackText(`view (${compiled}:1:1)`)).toBe(`    at view (${directory}/app.ts:3:1)`);
  });

  it('names the source of a frame without a function', async () => {
    expect(await stackText(`${compiled}:1:1`)).toBe(`    at ${directory}/app.ts:3:1`);
  });

  it('leaves out frames of the package and of Node where there are others', async () => {
    const own = join(process.cwd(), 'src/gateway/queue/reader.ts');
    const frames = [`view (${compiled}:1:1)`, `drain (${own}:1:1)`, `drain (${pathToFileURL(own).href}:1:1)`, 'emit (node:events:1:1)'];
    expect(await stackText(frames.join('\\x0a'))).toBe(`    at view (${directory}/app.ts:3:1)`);
  });

  it('shows frames of the package where there are no others', async () => {
    const own = join(process.cwd(), 'src/no-such-file.ts');
    expect(await stackText(`drain (${own}:2:3)`)).toBe(`    at drain (${own}:2:3)`);
  });

  it('shows a file without a map as it is', async () => {
    expect(await stackText('view (/srv/app.mjs:2:3)')).toBe('    at view (/srv/app.mjs:2:3)');
  });
});
