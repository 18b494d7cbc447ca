/** The allow-list of hosts, and mounts that belong to a host. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { ask, chunked, get } from '../support/client.ts';
import { connected, directoryWith, inline, started } from '../support/servers.ts';

function to(host: string, path = '/'): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
}

function answering(config: Config) {
  return inline((request, respond) => respond(200, [], `app for ${request.authority}`), config);
}

/** Directories by name, each with index.html and a.txt that say whose they are. */
async function sites(...names: string[]): Promise<Record<string, string>> {
  const directory = await directoryWith();
  const roots: Record<string, string> = {};
  for (const name of names) {
    const root = join(directory, name);
    roots[name] = root;
    await mkdir(root);
    for (const file of ['index.html', 'a.txt']) await writeFile(join(root, file), name);
  }
  return roots;
}

describe('with hosts', () => {
  const hosts = ['Site.example', '*.wild.example', '127.0.0.1', '[::1]'];

  it.each(['site.example', 'SITE.EXAMPLE', 'site.example:8080', 'site.example.', 'a.wild.example', 'a.b.wild.example:1', '127.0.0.1', '[::1]:80'])('%s is served', async (host) => {
    const server = await answering({ hosts });
    expect(await ask(server.url, to(host))).toMatchObject({ status: 200, text: `app for ${host}` });
  });

  it.each(['other.example', 'wild.example', 'xsite.example', 'site.example.evil', 'a.site.example', '127.0.0.2', '[::2]'])('%s is misdirected', async (host) => {
    const server = await answering({ hosts });
    expect((await ask(server.url, to(host))).status).toBe(421);
    expect(server.stats().requestsToWorkers).toBe(0);
  });

  it('a request without Host is misdirected', async () => {
    const server = await answering({ hosts });
    expect((await ask(server.url, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(421);
  });

  it('the authority of an absolute target decides, not Host', async () => {
    const server = await answering({ hosts });
    expect((await ask(server.url, 'GET http://site.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n')).status).toBe(200);
    expect((await ask(server.url, 'GET http://other.example/ HTTP/1.1\r\nHost: site.example\r\n\r\n')).status).toBe(421);
  });

  it('what a trusted proxy says decides', async () => {
    const server = await answering({ hosts, trustProxy: ['127.0.0.1'] });
    expect((await ask(server.url, get('/', 'X-Forwarded-Host: site.example'))).status).toBe(200);
    expect((await ask(server.url, `${to('site.example').slice(0, -2)}X-Forwarded-Host: evil.example\r\n\r\n`)).status).toBe(421);
  });

  it('it holds for files, OPTIONS * and TRACE alike', async () => {
    const { one = '' } = await sites('one');
    const server = await answering({ hosts, static: [{ prefix: '/f/', root: one }] });
    for (const request of [to('x', '/f/a.txt'), 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', 'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n']) {
      expect((await ask(server.url, request)).status).toBe(421);
    }
  });

  it('the connection goes on, behind content too', async () => {
    const server = await answering({ hosts });
    const client = await connected(server);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    client.send(chunked('abc'));
    client.send(to('site.example'));
    expect([(await client.answer()).status, (await client.answer()).status]).toEqual([421, 200]);
  });
});

describe('without hosts', () => {
  it('every host is served', async () => {
    const server = await answering({});
    expect((await ask(server.url, to('any.thing'))).status).toBe(200);
    expect((await ask(server.url, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(200);
  });
});

describe('mounts with a host', () => {
  it('serve each host its own files', async () => {
    const { one = '', two = '', below = '', rest = '' } = await sites('one', 'two', 'below', 'rest');
    const server = await started({
      static: [
        { prefix: '/', root: rest },
        { prefix: '/', root: below, host: '*.example' },
        { prefix: '/', root: one, host: 'one.example' },
        { prefix: '/', root: two, host: 'TWO.example' },
      ],
    });
    const texts = [];
    for (const host of ['ONE.example:81', 'two.example.', 'three.example', 'example']) texts.push((await ask(server.url, to(host))).text);
    expect(texts).toEqual(['one', 'two', 'below', 'rest']);
    expect((await ask(server.url, 'GET /a.txt HTTP/1.0\r\n\r\n')).text).toBe('rest');
  });

  it('yield to a longer prefix of any host', async () => {
    const { one = '', shared = '' } = await sites('one', 'shared');
    const server = await started({ static: [{ prefix: '/', root: one, host: 'one.example' }, { prefix: '/shared/', root: shared }] });
    expect((await ask(server.url, to('one.example', '/shared/a.txt'))).text).toBe('shared');
    expect((await ask(server.url, to('two.example', '/shared/a.txt'))).text).toBe('shared');
  });

  it('are not there for other hosts', async () => {
    const { one = '', two = '' } = await sites('one', 'two');
    const server = await answering({ static: [{ prefix: '/f/', root: one, host: 'one.example' }, { prefix: '/f/deep/', root: two, host: 'two.example' }] });
    expect((await ask(server.url, to('one.example', '/f/a.txt'))).text).toBe('one');
    expect((await ask(server.url, to('two.example', '/f/a.txt'))).text).toBe('app for two.example');
    expect((await ask(server.url, to('one.example', '/f/deep/a.txt'))).status).toBe(404);
  });
});
