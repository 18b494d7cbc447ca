/** The guide for those who come from Django: its application is taken out of the page and run. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PipelineApplication, testClient } from 'fastserve';
import { afterAll, beforeAll, expect, it } from 'vitest';

const GUIDE = fileURLToPath(new URL('../../docs/from-django.md', import.meta.url));
/** Blocks that begin with the name of a file: "// app.ts", "<!-- templates/list.html -->". */
const BLOCK = /```(?:ts\n\/\/ |html\n<!-- )([\w/.-]+)(?: -->)?\n([^]*?)```/g;

let directory: string;
let app: PipelineApplication;

beforeAll(async () => {
  // Beside the tests, so that imports of packages are found.
  directory = await mkdtemp(fileURLToPath(new URL('./guide-', import.meta.url)));
  for (const [, name = '', text = ''] of (await readFile(GUIDE, 'utf8')).matchAll(BLOCK)) {
    if (name.endsWith('.test.ts')) continue;
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  process.env['SECRET_KEY'] = 'a key for tests that is long enough';
  app = ((await import(join(directory, 'app.ts'))) as { default: PipelineApplication }).default;
});

afterAll(async () => rm(directory, { recursive: true, force: true }));

it('posts a notice through its form, and lists it', async () => {
  const client = testClient(app);
  const page = (await client.get('/notices/new/')).text();
  const csrfmiddlewaretoken = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const refused = await client.post('/notices/new/', { form: { csrfmiddlewaretoken, title: '', body: 'short' } });
  expect([refused.status, refused.text()]).toEqual([422, expect.stringContaining('This field is required.')]);
  const shown = await client.post('/notices/new/', { form: { csrfmiddlewaretoken, title: 'Found', body: 'A grey cat, in the yard.' }, follow: true });
  expect(shown.text()).toContain('<p class="success">The notice is up.</p>');
  expect(shown.text()).toContain('<title>Found – Notices</title>');
  expect((await client.get('/')).text()).toContain('<a href="/notices/1/">Found</a>');
  expect(shown.headers.get('x-board')).toBe('notices');
});

it('has an error page', async () => {
  const answer = await testClient(app).get('/nowhere/');
  expect([answer.status, answer.text()]).toEqual([404, expect.stringContaining('Nothing at /nowhere/')]);
});
