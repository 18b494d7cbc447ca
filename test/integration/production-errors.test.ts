/** `fastserve start` with an application that fails in every layer: no path, name or line of the source leaves, whatever NODE_ENV says. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Running } from '../cli/command.ts';
import { ask, get } from '../support/client.ts';
import { directoryWith } from '../support/servers.ts';

const APP = `import { defineApp, path, render, templates } from 'fastserve';
const secret = (): never => { throw new RangeError('the inside of secret()', { cause: new Error('the cause') }); };
export default defineApp({
  middleware: [async (request, next) => (request.path === '/middleware/' ? secret() : next())],
  contextProcessors: [(request) => (request.path === '/context/' ? secret() : {})],
  templates: templates({ directory: new URL('./templates/', import.meta.url) }),
  urls: [
    path('view/', secret),
    path('middleware/', () => 'x'),
    path('context/', (request) => render(request, 'fine.html')),
    path('template/', (request) => render(request, 'broken.html', { boom: secret })),
    path('missing/', (request) => render(request, 'none.html')),
    path('nothing/', (() => undefined) as never),
  ],
});
`;

let running: Running;
let url: string;
let directory: string;

beforeAll(async () => {
  directory = await directoryWith({ 'app.ts': APP });
  await mkdir(join(directory, 'templates'));
  await writeFile(join(directory, 'templates/fine.html'), 'fine');
  await writeFile(join(directory, 'templates/broken.html'), '{{ boom() }}');
  running = new Running(['start', directory, '--host', '127.0.0.1', '--port', '0'], { env: { NODE_ENV: 'development' } });
  url = await running.url();
});

afterAll(async () => {
  running.process.kill('SIGKILL');
  await running.exited;
});

it.each(['view', 'middleware', 'context', 'template', 'missing', 'nothing'])('a failure in %s', async (layer) => {
  const answer = await ask(url, get(`/${layer}/`, 'Accept: text/html', 'Sec-Fetch-Mode: navigate'));
  expect(answer.status).toBe(500);
  const sent = `${JSON.stringify(answer.fields)}\n${answer.text}`;
  expect(sent).not.toMatch(/secret|inside|cause|RangeError|\.ts\b|\.html|templates|node_modules|\bat /);
  expect(sent).not.toContain(directory);
});

it('but the log has all of it', async () => {
  await running.output(/GET \/view\/: RangeError: the inside of secret\(\)[^]*app\.ts:2:/);
});
