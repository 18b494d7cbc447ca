/** What happens to the whole process: its main thread blocked, all of it stopped, killed, crashed, told to end. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ask, get } from '../support/client.ts';
import { connected } from '../support/servers.ts';
import { type Command, command } from './command.ts';
import { Host } from './host.ts';
import { Load } from './load.ts';

const KINDS = ['view', 'content', 'file', 'large'];

describe('the main thread blocked for five seconds', () => {
  it('delays neither files nor views nor the front\'s own answers', async () => {
    const host = await Host.start({ health: true });
    const before = await host.held();
    const load = new Load(host.url);
    await load.served(20, ...KINDS);
    const blocked = host.block(5000);
    let isBlocked = true;
    void blocked.then(() => (isBlocked = false));
    for (const kind of KINDS) load.worstMs(kind);
    await load.served(50, ...KINDS);
    expect((await ask(host.url, get('/livez'))).status).toBe(200);
    expect((await ask(host.url, get('/files/none'))).status).toBe(404);
    expect(isBlocked).toBe(true);
    for (const kind of KINDS) expect(load.worstMs(kind), kind).toBeLessThan(2000);
    await blocked;
    await load.served(20, ...KINDS);
    await load.end();
    await host.settled(before);
  });

  it('does not keep a worker\'s death or a time limit from being answered', async () => {
    const host = await Host.start({ timeouts: { request: '500ms' } });
    const load = new Load(host.url);
    await load.served(20, ...KINDS);
    const blocked = host.block(3000);
    let isBlocked = true;
    void blocked.then(() => (isBlocked = false));
    expect((await ask(host.url, get('/exit'))).status).toBe(502);
    expect((await ask(host.url, get('/never'))).status).toBe(504);
    expect(isBlocked).toBe(true);
    await load.served(20, ...KINDS);
    await blocked;
    await host.workers(2);
    await load.end('view 502', 'content 502');
  });
});

describe('a process that is stopped and continued', () => {
  it('loses no request, and takes the time that it slept for nobody\'s fault', async () => {
    const { running, url, pid } = await command({ timeouts: { request: '10s', queue: '10s' } });
    const load = new Load(url);
    await load.served(20, ...KINDS);
    for (let i = 0; i < 3; i++) {
      process.kill(pid, 'SIGSTOP');
      await sleep(500);
      process.kill(pid, 'SIGCONT');
      await load.served(10, ...KINDS);
    }
    await load.end();
    expect(running.process.exitCode).toBe(null);
  });

  it('behind the limits of requests ends those that a worker had begun, at most one a client, and nothing else', async () => {
    const { running, url, pid } = await command({ timeouts: { request: '1s', queue: '10s' } });
    const load = new Load(url);
    await load.served(20, ...KINDS);
    const begun = await connected(url);
    begun.send(get('/slow/900'));
    await load.served(5, 'view');
    process.kill(pid, 'SIGSTOP');
    await sleep(1500);
    process.kill(pid, 'SIGCONT');
    expect([200, 504]).toContain((await begun.answer()).status);
    await load.served(20, ...KINDS);
    const tally = await load.end('view 504', 'content 504');
    expect((tally['view 504'] ?? 0) + (tally['content 504'] ?? 0)).toBeLessThanOrEqual(16);
    expect(running.process.exitCode).toBe(null);
  });
});

describe('a process that dies of', () => {
  it.each(['SIGKILL', 'SIGSEGV'] as const)('%s can be started again at once on the same address, with the same files', async (signal) => {
    const config = { log: { access: 'text' as const }, pidFile: 'site.pid' };
    const first = await command({ ...config, log: { access: 'text', path: 'access.log' } });
    const load = new Load(first.url);
    await load.served(20, ...KINDS);
    process.kill(first.pid, signal);
    await first.running.exited;
    const port = Number(new URL(first.url).port);
    const began = performance.now();
    const second = await command({ ...config, listen: { host: '127.0.0.1', port }, log: { access: 'text', path: 'access.log' } }, { directory: first.directory });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(second.url).toBe(first.url);
    await load.served(20, ...KINDS);
    await load.end('refused', ...KINDS.flatMap((kind) => [`${kind} reset`, `${kind} cut`]));
    second.running.process.kill('SIGTERM');
    expect((await second.running.exited).code).toBe(0);
    await noTornLine(first, signal);
  });
});

/** At most one line of the access log is torn: the one that the death cut, which is followed by those of the second life. */
async function noTornLine({ directory }: Command, what: string): Promise<void> {
  const lines = (await readFile(join(directory, 'access.log'), 'utf8')).split('\n').slice(0, -1);
  const torn = lines.filter((line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z 127\.0\.0\.1 "[A-Z]+ \S+ HTTP\/1\.1" \d{3} /.test(line));
  expect(lines.length).toBeGreaterThan(100);
  expect(torn.length, `${what}: ${torn.join('\n')}`).toBeLessThanOrEqual(1);
}

describe('a signal to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s under load: every request that was taken is answered, then nobody is', async (signal) => {
    const { running, url } = await command();
    const load = new Load(url, { clients: 32 });
    await load.served(50, ...KINDS);
    process.kill(running.process.pid as number, signal);
    expect((await running.exited).code).toBe(0);
    await load.end('refused');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('%s twice: the second one ends it at once, with 1', async (signal) => {
    const { running, url } = await command({ timeouts: { stop: '60s' } });
    const client = await connected(url);
    client.send(get('/never'));
    await ask(url, get('/'));
    process.kill(running.process.pid as number, signal);
    await running.output(/^stopping: finishing 1 request /m);
    process.kill(running.process.pid as number, signal);
    expect((await running.exited).code).toBe(1);
    await client.drained();
  });
});
