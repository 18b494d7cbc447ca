/** Probes are answered by the I/O threads, whatever the workers do. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, get, post } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, inline, started, takeErrors } from '../support/servers.ts';

describe('health', () => {
  it('is off unless it is asked for: the application gets the paths', async () => {
    const server = await inline((request, respond) => respond(200, [], `app ${request.path}`));
    expect((await ask(server.url, get('/livez'))).text).toBe('app /livez');
  });

  it('is answered for any host, to GET and HEAD only, and never stored', async () => {
    const server = await inline((_, respond) => respond(200, [], 'app'), { health: true, hosts: ['example.com'] });
    const ready = await ask(server.url, get('/readyz?verbose'));
    expect([ready.status, ready.text, ready.field('Cache-Control')]).toEqual([200, 'ok\n', 'no-store']);
    expect((await ask(server.url, post('/livez', 'x'))).status).toBe(405);
    expect((await ask(server.url, get('/other'))).status).toBe(421);
  });

  it('takes paths of its own, and false for none', async () => {
    const server = await inline((_, respond) => respond(404, [], 'app'), { health: { live: '/alive', startup: false } });
    expect((await ask(server.url, get('/alive'))).text).toBe('ok\n');
    expect((await ask(server.url, get('/livez'))).text).toBe('app');
    expect((await ask(server.url, get('/startupz'))).text).toBe('app');
  });

  it('is answered while the only worker spins', async () => {
    takeErrors();
    const mark = join(await directoryWith(), 'spinning');
    const server = await started({ app: fixtureApp('deadly.mjs'), workers: 1, health: true });
    const client = await connected(server);
    client.send(get(`/spin?mark=${mark}`));
    await expect.poll(() => existsSync(mark)).toBe(true);
    for (const path of ['/livez', '/readyz', '/startupz']) expect((await ask(server.url, get(path))).status).toBe(200);
  });
});
