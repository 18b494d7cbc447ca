/** `fastserve check` and `fastserve routes`: what a site would do, without starting it. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { directoryWith } from '../support/servers.ts';
import { run } from './command.ts';

const PACKAGE = JSON.stringify(fileURLToPath(new URL('../../dist/index.js', import.meta.url)));
const APP = `import { defineApp, path } from ${PACKAGE};
const view = () => 'page';
export default defineApp({ urls: [
  path('', view, { name: 'front' }),
  path('blog/<slug:title>/', view, { name: 'post', methods: ['GET', 'POST'] }),
  path('blog/new/', view, { name: 'new' }),
  path('blog/<int:number>/<int:part>/', view, { name: 'part' }),
  path('news/<int:number>/<int:part>/', view, { name: 'news-part' }),
  path('static/hidden/', view),
] });`;

describe('a site', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fastserve-check-'));
    await mkdir(join(directory, 'public'));
    await writeFile(join(directory, 'app.mjs'), APP);
    await writeFile(join(directory, 'fastserve.config.json'), '{"app": "./app.mjs", "static": [{"prefix": "/static/", "root": "public"}], "limits": {"body": "2mb"}, "health": true}');
  });
  afterAll(() => rm(directory, { recursive: true }));
  const explain = async (request: string) => (await run(['routes', directory, '--explain', request])).stdout;

  it('is checked, with warnings about routes that nobody reaches', async () => {
    const { code, stdout, stderr } = await run(['check', directory]);
    expect([code, stdout]).toEqual([0, `ok ${join(directory, 'fastserve.config.json')}, pipeline, 6 routes, 1 static directory\n`]);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'warning: "/blog/new/" is never reached: GET, POST, HEAD "/blog/<slug:title>/" comes first and takes its paths. Put it before that one, or make the pattern narrower.',
      'warning: "/static/hidden/" is never reached: static[0] (/static/) answers everything below its prefix. Set fallthrough: true there, or move the route.',
    ]);
  }, 30_000);

  it('prints the configuration as it takes effect', async () => {
    const settings = JSON.parse((await run(['check', directory, '--print'])).stdout) as Record<string, unknown>;
    expect(settings).toMatchObject({ listen: [{ host: '0.0.0.0', port: 8080 }], limits: { body: 2_097_152, head: 32_768 }, shutdown: { lameDuck: 0, grace: 10_000 } });
  }, 30_000);

  it('lists its routes', async () => {
    const { stdout } = await run(['routes', directory]);
    expect(stdout).toMatch(/^\/static\/ +GET, HEAD +files +\S+public$/m);
    expect(stdout).toMatch(/^\/blog\/<slug:title>\/ +GET, POST, HEAD +view +\S+ +post$/m);
    expect((JSON.parse((await run(['routes', directory, '--json'])).stdout) as { routes: unknown[] }).routes).toHaveLength(6);
  }, 30_000);

  it.each([
    ['GET /blog/a-b/', /^1\. view: "\/blog\/<slug:title>\/" \S+, route 1 with "a-b"; it is the first that matches$/m],
    ['/static/site.css', /^1\. file: static\[0\]: \/static\/ has the longest prefix, from \S+public; what is no file is 404$/m],
    ['DELETE /blog/a-b/', /^1\. constant: 405 with Allow: [A-Z, ]+, for a route matches/m],
    ['/blog/a-b', /^1\. constant: a redirect to the path with a slash/m],
    ['/%zz', /^1\. constant: 400/m],
    ['/readyz', /^1\. health:/m],
    ['/nowhere/', /^1\. constant: 404/m],
  ])('explains %s', async (request, text) => {
    expect(await explain(request)).toMatch(text);
  }, 30_000);

  it('refuses to explain what is no request', async () => {
    const { code, stderr } = await run(['routes', directory, '--explain', 'blog']);
    expect([code, stderr]).toEqual([2, 'error: fastserve routes: --explain: got "blog", expected a method and a target. Write for example "GET /blog/7/".\n']);
  }, 30_000);
});

describe('the gateway contract', () => {
  it('is kept by a site whose pages all answer as they should', async () => {
    const app = `import { defineApp, path } from ${PACKAGE}; export default defineApp({ urls: [path('', () => 'front'), path('about/', () => 'about')] });`;
    const { code, stdout } = await run(['check', '--contract', await directoryWith({ 'app.mjs': app })]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^ok .*, 2 routes, 6 requests kept the contract\n$/)]);
  }, 30_000);

  it('is broken by name, with the request, by a raw application that sends a field of the server', async () => {
    const app = `import { gateway } from ${PACKAGE}; export default gateway((request, respond) => respond(200, ['Connection', 'close'], request.target));`;
    const directory = await directoryWith({ 'app.mjs': app });
    const { code, stderr } = await run(['check', '--contract', directory]);
    expect([code, stderr.split('\n')[0]]).toEqual([1, expect.stringMatching(/^error: the application broke G19 of the gateway contract: .*connection.* \(GET \/\)$/)]);
    const json = JSON.parse((await run(['check', '--contract', '--json', directory])).stdout) as { ok: boolean; violations: { rule: string }[] };
    expect([json.ok, json.violations[0]?.rule]).toEqual([false, 'G19']);
  }, 60_000);

  it('asks a start hook to run, and says when it fails', async () => {
    const app = `import { defineApp, path } from ${PACKAGE};\nexport default defineApp({ urls: [path('', () => 'x')], onStart() { throw new Error('no database'); } });`;
    const { code, stderr } = await run(['check', '--contract', await directoryWith({ 'app.mjs': app })]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('the application does not start: no database')]);
  }, 30_000);
});

describe('a site that would not start', () => {
  it.each([
    ['for its configuration', { 'fastserve.config.json': '{"app": "./app.mjs", "wokers": 2}', 'app.mjs': '' }, 2, /wokers: unknown key in the configuration\. Did you mean "workers"\?/],
    ['for its application', { 'app.mjs': 'throw new Error("no database")' }, 1, /the application could not be loaded: no database/],
    ['for its certificate', { 'fastserve.config.json': '{"app": "./app.mjs", "listen": {"port": 0, "tls": {"cert": "a.pem", "key": "a.key"}}}', 'app.mjs': '' }, 2, /listen\[0\]\.tls\.cert/],
  ])('%s is refused by check with what start would say', async (_name, files, expected, text) => {
    const { code, stderr } = await run(['check', await directoryWith(files)]);
    expect(code).toBe(expected);
    expect(stderr).toMatch(text);
  }, 30_000);
});
