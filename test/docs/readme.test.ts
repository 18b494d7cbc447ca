/** The README's application, taken out of the page and served by the command, does what the README says of it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Running, run } from '../cli/command.ts';
import { ask, get } from '../support/client.ts';
import { blocksOf } from './blocks.ts';

/** The first line of a block that is a file: "// app.ts", "<!-- templates/home.html -->". */
const FILE_NAME = /^(?:\/\/ |<!-- )([\w/.-]+\.\w+)(?: -->)?\n/;

let site: string;
let server: Running;
let url: string;

beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'fastserve-readme-'));
  const files = [...blocksOf('ts'), ...blocksOf('html')].filter(({ file }) => file === 'README.md').map(({ text }) => [FILE_NAME.exec(text)?.[1], text] as const);
  for (const [name, text] of [...files, ['public/site.css', 'p {}'] as const]) {
    if (name === undefined) continue;
    await mkdir(dirname(join(site, name)), { recursive: true });
    await writeFile(join(site, name), text);
  }
  server = new Running(['start', site, '--port', '0']);
  url = await server.url();
}, 30_000);

afterAll(async () => {
  server.process.kill('SIGKILL');
  await server.exited;
  await rm(site, { recursive: true });
});

it('shows the page with its name, escaped, and a link', async () => {
  const { status, text } = await ask(url, get('/?name=%3Cyou%3E'));
  expect([status, text]).toEqual([200, expect.stringContaining('<p>Hello, &lt;you&gt;. <a href="/squares/12/">12 squared</a>')]);
});

it.each([
  ['/site.css', 200, 'p {}'],
  ['/squares/12/', 200, '{"n":12,"square":144}'],
  ['/squares/x/', 404, '404 Not Found\n'],
])('answers %s with %i', async (path, status, text) => {
  expect(await ask(url, get(path))).toMatchObject({ status, text });
});

it('redirects /squares/12 to the path with a slash', async () => {
  const answer = await ask(url, get('/squares/12'));
  expect([answer.status, answer.field('location')]).toEqual([301, '/squares/12/']);
});

it('is found in order by fastserve check', async () => {
  expect((await run(['check', site])).stdout).toBe('ok no configuration file, pipeline, 2 routes, 1 static directory\n');
});
