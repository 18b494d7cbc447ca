/** Forwarded and X-Forwarded-*: what trusted proxies say of a client becomes the client; what others say stays plain fields. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config, FastServer } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { connected, directoryWith, inline } from '../support/servers.ts';

interface Seen {
  peer: string;
  port: number;
  scheme: string;
  authority: string;
  field: string | undefined;
}

/** Tells what the application sees of the client. */
function mirror(config: Config = {}): Promise<FastServer> {
  return inline((request, respond) => {
    const seen: Seen = {
      peer: request.remoteAddress,
      port: request.remotePort,
      scheme: request.scheme,
      authority: request.authority,
      field: request.field('x-forwarded-for'),
    };
    respond(200, [], JSON.stringify(seen));
  }, config);
}

const LINES = ['X-Forwarded-For: 6.6.6.6, 203.0.113.7', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: site.example'];

describe('a peer that is not trusted', () => {
  it.each([
    ['without trustProxy', {}],
    ['in no network of trustProxy', { trustProxy: ['10.0.0.0/8', 'unix', '::1'] }],
  ])('changes nothing, and the application still sees its fields: %s', async (_name, config) => {
    const server = await mirror(config);
    const seen = (await ask(server.url, get('/', ...LINES, 'Forwarded: for=6.6.6.6'))).json<Seen>();
    expect(seen).toMatchObject({ peer: '127.0.0.1', scheme: 'http', authority: 'test', field: '6.6.6.6, 203.0.113.7' });
    expect(seen.port).toBeGreaterThan(0);
  });
});

describe('a trusted peer', () => {
  const trustProxy = ['127.0.0.0/8'];

  it('names client, scheme and host in the X- fields', async () => {
    const server = await mirror({ trustProxy });
    expect((await ask(server.url, get('/', ...LINES))).json<Seen>()).toMatchObject({
      peer: '203.0.113.7', port: 0, scheme: 'https', authority: 'site.example', field: '6.6.6.6, 203.0.113.7',
    });
  });

  it('names them in Forwarded', async () => {
    const server = await mirror({ trustProxy });
    const line = 'Forwarded: for=6.6.6.6, for="[2001:db8::7]:4711";proto=https;host="site.example:444", for=127.0.0.9';
    expect((await ask(server.url, get('/', line))).json<Seen>()).toMatchObject({
      peer: '2001:db8::7', port: 4711, scheme: 'https', authority: 'site.example:444',
    });
  });

  it('may say nothing', async () => {
    const server = await mirror({ trustProxy });
    expect((await ask(server.url, get('/'))).json<Seen>()).toMatchObject({ peer: '127.0.0.1', scheme: 'http', authority: 'test' });
  });

  it('counts for each request by itself, pipelined ones too', async () => {
    const server = await mirror({ trustProxy });
    const client = await connected(server);
    client.send(get('/', 'X-Forwarded-For: 192.0.2.1') + get('/') + get('/', 'X-Forwarded-For: 192.0.2.3'));
    const peers = [];
    for (let i = 0; i < 3; i++) peers.push((await client.answer()).json<Seen>().peer);
    expect(peers).toEqual(['192.0.2.1', '127.0.0.1', '192.0.2.3']);
  });

  it.each([
    ['malformed', ['Forwarded: for="1.2.3.4']],
    ['no scheme of the web', ['X-Forwarded-Proto: gopher']],
    ['no host', ['X-Forwarded-Host: a b']],
    ['two different clients', ['X-Forwarded-For: 192.0.2.1', 'Forwarded: for=192.0.2.2']],
  ])('is refused when it says what cannot be believed: %s', async (_name, lines) => {
    const server = await mirror({ trustProxy });
    expect((await ask(server.url, get('/', ...lines))).status).toBe(400);
    expect(server.stats()).toMatchObject({ parseErrors: 1, requestsToWorkers: 0 });
  });

  it('on a unix socket is named "unix"', async () => {
    const directory = await directoryWith();
    const server = await mirror({ trustProxy: ['unix'], listen: { unix: join(directory, 'site.sock') } });
    expect((await ask(server.url, get('/', ...LINES))).json<Seen>()).toMatchObject({ peer: '203.0.113.7', scheme: 'https' });
  });

  it('puts the client into the access log, for files and errors as well', async () => {
    const directory = await directoryWith({ 'a.txt': 'a file' });
    const path = join(directory, 'access.log');
    const server = await mirror({ trustProxy, log: { access: 'json', path }, static: [{ prefix: '/f/', root: directory }] });
    const targets = ['/', '/f/a.txt', '/f/none'];
    for (const [i, target] of targets.entries()) await ask(server.url, get(target, `X-Forwarded-For: 192.0.2.${i}`));
    await expect.poll(async () => (await readFile(path, 'utf8')).split('\n')).toHaveLength(4);
    const peers = (await readFile(path, 'utf8')).trim().split('\n').map((line) => (JSON.parse(line) as { peer: string }).peer);
    expect(peers).toEqual(['192.0.2.0', '192.0.2.1', '192.0.2.2']);
  });
});
