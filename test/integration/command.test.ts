/** `fastserve start` as an operator meets it, with a client on a bare socket. test/cli has the messages one by one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Running, run, SITE } from '../cli/command.ts';
import { get } from '../support/client.ts';
import { connected, directoryWith, fixtureApp } from '../support/servers.ts';

let running: Running | undefined;
afterEach(async () => {
  running?.process.kill('SIGKILL');
  await running?.exited;
  running = undefined;
});

async function start(site: string, ...args: string[]): Promise<string> {
  running = new Running(['start', site, '--port', '0', '--host', '127.0.0.1', '--workers', '1', ...args]);
  return running.url();
}

describe('SIGTERM', () => {
  it('finishes the request in flight, ends idle connections and the process with 0', async () => {
    const url = await start(SITE);
    const [busy, idle] = [await connected(url), await connected(url)];
    busy.send(get('/slow'));
    await running?.output(/"message":"slow began"/);
    running?.process.kill('SIGTERM');
    expect(await idle.ended()).toBe('fin');
    idle.finish();
    const answer = await busy.answer();
    expect([answer.status, answer.text, answer.field('connection')]).toEqual([200, 'hello /slow', 'close']);
    busy.finish();
    expect((await running?.exited)?.code).toBe(0);
  });

  it('ends a server whose worker is stuck, within the stop time', async () => {
    const directory = await directoryWith();
    const config = { app: fixtureApp('deadly.mjs'), workers: 1, timeouts: { stop: 300 } };
    const site = await directoryWith({ 'fastserve.config.json': JSON.stringify(config) });
    const url = await start(site);
    const client = await connected(url);
    client.send(get(`/spin?mark=${join(directory, 'mark')}`));
    await expect.poll(() => existsSync(join(directory, 'mark'))).toBe(true);
    running?.process.kill('SIGTERM');
    const result = await running?.exited;
    expect(result?.code).toBe(0);
    expect(result?.stderr).toContain('worker 0 did not stop');
  });
});

describe('a second signal', () => {
  it('ends the process at once with 1', async () => {
    const url = await start(SITE);
    const client = await connected(url);
    client.send(get('/slow'));
    await running?.output(/"message":"slow began"/);
    running?.process.kill('SIGINT');
    await running?.output(/^stopping:/m);
    running?.process.kill('SIGINT');
    expect((await running?.exited)?.code).toBe(1);
    await client.drained();
  });
});

describe('a bad configuration', () => {
  it.each([
    ['an unknown key', '{ "lissten": 8080, "app": "./app.mjs" }', /lissten.*Did you mean "listen"/],
    ['a value of the wrong kind', '{ "workers": "many", "app": "./app.mjs" }', /workers.*got "many"/],
    ['no JSON', '{', /is no valid JSON/],
    ['nothing to serve', '{}', /there is nothing to serve/],
  ])('with %s ends with code 2 and says what to do', async (_what, text, message) => {
    const site = await directoryWith({ 'fastserve.config.json': text });
    const { code, stdout, stderr } = await run(['start', site, '--port', '0']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

describe('a TypeScript application', () => {
  it('has errors of every kind shown at their .ts lines', async () => {
    const site = await directoryWith({
      'helper.ts': 'interface Unused {\n  a: string;\n}\n\nexport function explode(kind: string): never {\n  throw new RangeError(`exploded ${kind}`);\n}\n',
      'app.ts': [
        "import { explode } from './helper.ts';",
        '',
        'type Kind = string;',
        '',
        'export default {',
        '  async fetch(request: Request): Promise<Response> {',
        '    const kind: Kind = new URL(request.url).pathname;',
        "    if (kind === '/later') setTimeout(() => explode(kind), 1);",
        "    if (kind === '/later') await new Promise(() => {});",
        '    return explode(kind);',
        '  },',
        '};',
      ].join('\n'),
    });
    const url = await start(site);
    const client = await connected(url);
    client.send(get('/now'));
    expect((await client.answer()).status).toBe(500);
    await running?.output(/error worker 0: GET \/now: RangeError: exploded \/now\n {4}at explode \(.*helper\.ts:6:\d+\)\n {4}at .*app\.ts:10:/);
    client.send(get('/later'));
    expect((await client.answer()).status).toBe(502);
    await running?.output(/worker 0 died, starting another.*RangeError: exploded \/later\n {4}at explode \(.*helper\.ts:6:\d+\)\n {4}at .*app\.ts:8:/);
  });
});

describe('the access log', () => {
  it('on standard output has a line for a request of each kind', async () => {
    const url = await start(SITE, '--log', 'json');
    const client = await connected(url);
    client.send(get('/file.txt') + get('/view') + get('/'));
    for (let i = 0; i < 3; i++) await client.answer();
    for (const target of ['/file.txt', '/view', '/']) await running?.output(new RegExp(`^\\{.*"target":"${target}".*\\}$`, 'm'));
  });
});
