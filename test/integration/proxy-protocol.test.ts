/** Listeners with proxyProtocol: the header is required, and says who the client is. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { Config, FastServer } from '../../dist/index.js';
import { get } from '../support/client.ts';
import { atEnd, connected, directoryWith, inline } from '../support/servers.ts';
import { certificate, clientHello, hasOpenssl } from '../support/tls.ts';

const V1 = 'PROXY TCP4 203.0.113.7 198.51.100.1 4711 443\r\n';

function v2(command: number, transport: number, payload: readonly number[]): Buffer {
  const fixed = [0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, command, transport];
  return Buffer.from([...fixed, payload.length >> 8, payload.length & 255, ...payload]);
}
const TCP4 = [203, 0, 113, 8, 198, 51, 100, 1, 0x12, 0x68, 1, 0xbb];
const SSL = [0x20, 0, 5, 1, 0, 0, 0, 0];

/** Tells the client's address, port and scheme. */
function behindProxy(config: Config = {}): Promise<FastServer> {
  return inline((request, respond) => respond(200, [], `${request.remoteAddress} ${request.remotePort} ${request.scheme}`), {
    listen: { host: '127.0.0.1', port: 0, proxyProtocol: true },
    ...config,
  });
}

async function told(server: FastServer, header: string | Buffer): Promise<string> {
  const client = await connected(server);
  client.send(Buffer.concat([Buffer.from(header), Buffer.from(get('/'))]));
  return (await client.answer()).text;
}

describe('a PROXY header', () => {
  it.each<[string, string | Buffer, RegExp]>([
    ['version 1', V1, /^203\.0\.113\.7 4711 http$/],
    ['version 1 over IPv6', 'PROXY TCP6 2001:db8::5 2001:db8::6 80 443\r\n', /^2001:db8::5 80 http$/],
    ['version 1 UNKNOWN', 'PROXY UNKNOWN\r\n', /^127\.0\.0\.1 \d+ http$/],
    ['version 2', v2(0x21, 0x11, TCP4), /^203\.0\.113\.8 4712 http$/],
    ['version 2 of a TLS connection', v2(0x21, 0x11, [...TCP4, ...SSL]), /^203\.0\.113\.8 4712 https$/],
    ['version 2 LOCAL', v2(0x20, 0, []), /^127\.0\.0\.1 \d+ http$/],
    ['version 2 of a unix socket', v2(0x21, 0x31, Array.from({ length: 216 }, () => 0)), /^ 0 http$/],
  ])('%s tells the client', async (_name, header, expected) => {
    expect(await told(await behindProxy(), header)).toMatch(expected);
  });

  it.each<[string, string | Buffer]>([
    ['version 1', V1],
    ['version 2', v2(0x21, 0x11, TCP4)],
  ])('%s may arrive byte by byte, and holds for every request behind it', async (_name, header) => {
    const client = await connected(await behindProxy());
    client.socket.setNoDelay();
    for (const byte of Buffer.from(header)) {
      await client.sendAll(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    for (let i = 0; i < 3; i++) {
      client.send(get('/'));
      expect((await client.answer()).text).toMatch(/^203\.0\.113\.[78] 471[12] http$/);
    }
  });

  it('and the address that it names are subject to trustProxy', async () => {
    const lines = get('/', 'X-Forwarded-For: 192.0.2.1');
    for (const [trusted, expected] of [['203.0.113.0/24', '192.0.2.1'], ['127.0.0.1', '203.0.113.7']] as const) {
      const client = await connected(await behindProxy({ trustProxy: [trusted] }));
      client.send(V1 + lines);
      expect((await client.answer()).text.split(' ')[0]).toBe(expected);
    }
  });

  it('names the peer of the access log', async () => {
    const path = join(await directoryWith(), 'access.log');
    await told(await behindProxy({ log: { access: 'text', path } }), V1);
    await expect.poll(() => readFile(path, 'utf8')).toMatch(/ 203\.0\.113\.7 "GET/);
  });

  it('works on unix sockets', async () => {
    const unix = join(await directoryWith(), 'site.sock');
    expect(await told(await behindProxy({ listen: { unix, proxyProtocol: true } }), V1)).toBe('203.0.113.7 4711 http');
  });
});

describe('a connection without a valid header is closed without a word', () => {
  it.each<[string, string | Buffer]>([
    ['a request', get('/')],
    ['a broken version 1', 'PROXY TCP4 1.2.3.4\r\n'],
    ['a version 1 without end', `PROXY UNKNOWN ${'x'.repeat(200)}`],
    ['UDP', v2(0x21, 0x12, TCP4)],
    ['too short for its addresses', v2(0x21, 0x11, TCP4.slice(1))],
  ])('%s', async (_name, bytes) => {
    const server = await behindProxy();
    const client = await connected(server);
    client.send(bytes);
    await client.ended();
    expect(server.stats()).toMatchObject({ parseErrors: 1, requests: 0 });
  });

  it.each([['nothing', ''], ['half a header', 'PROXY TC']])('after timeouts.header: %s', async (_name, bytes) => {
    const client = await connected(await behindProxy({ timeouts: { header: 150 } }));
    client.send(bytes);
    await client.ended();
  });

  it('when the client ends inside it', async () => {
    const client = await connected(await behindProxy());
    client.send('PROXY TCP4');
    client.finish();
    await client.ended();
  });
});

describe('a listener whose proxies are named', () => {
  it('takes connections of these, and closes those of others, who could name any client', async () => {
    const server = await behindProxy({ listen: { host: '127.0.0.1', port: 0, proxyProtocol: ['192.0.2.0/24', '127.0.0.2'] } });
    const stranger = await connected(server);
    stranger.send(V1 + get('/'));
    await stranger.ended();
    expect(server.stats()).toMatchObject({ connectionsRefused: 1, requests: 0 });
    const proxy = await connected(server, { localAddress: '127.0.0.2' });
    proxy.send(V1 + get('/'));
    expect((await proxy.answer()).text).toBe('203.0.113.7 4711 http');
  });

  it('takes everybody who may use its unix socket', async () => {
    const unix = join(await directoryWith(), 'site.sock');
    expect(await told(await behindProxy({ listen: { unix, proxyProtocol: ['192.0.2.1'] } }), V1)).toBe('203.0.113.7 4711 http');
  });
});

describe('a listener without proxyProtocol', () => {
  it('takes the header for a bad request', async () => {
    const server = await behindProxy({ listen: { port: 0 } });
    const client = await connected(server);
    client.send(V1);
    expect((await client.answer()).status).toBe(400);
  });

  it('may stand beside one that has it', async () => {
    const server = await behindProxy({ listen: [{ port: 0 }, { port: 0, proxyProtocol: true }], ioThreads: 2 });
    const [plain, proxied] = server.addresses.map(({ port }) => `http://127.0.0.1:${port}`);
    for (let i = 0; i < 4; i++) {
      const direct = await connected(plain as string);
      direct.send(get('/'));
      expect((await direct.answer()).text).toMatch(/^127\.0\.0\.1 /);
      const relayed = await connected(proxied as string);
      relayed.send(V1 + get('/'));
      expect((await relayed.answer()).text).toMatch(/^203\.0\.113\.7 /);
    }
  });
});

describe('a connection whose header has not come', () => {
  it('ends at once when the server stops', async () => {
    const server = await behindProxy();
    const client = await connected(server);
    await expect.poll(() => server.stats().connectionsOpen).toBe(1);
    const began = performance.now();
    await server.close({ grace: 5000 });
    expect(performance.now() - began).toBeLessThan(3000);
    await client.ended();
  });
});

describe.skipIf(!hasOpenssl)('in front of TLS', () => {
  async function secure() {
    const tls = await certificate(await directoryWith(), 'site');
    return behindProxy({ listen: { host: '127.0.0.1', port: 0, proxyProtocol: true, tls }, timeouts: { header: 500, handshake: 500 } });
  }

  it('the header comes in clear, before the handshake', async () => {
    const server = await secure();
    const client = await connected(server.url.replace('https:', 'http:'));
    await client.sendAll(V1);
    const socket = connectTls({ socket: client.socket, rejectUnauthorized: false });
    atEnd(() => void socket.destroy());
    socket.write(get('/', 'Connection: close'));
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toMatch(/203\.0\.113\.7 4711 https$/);
  });

  it('the header and the first flight may come in one piece', async () => {
    const server = await secure();
    const client = await connected(server.url.replace('https:', 'http:'));
    client.send(Buffer.concat([Buffer.from(V1), await clientHello()]));
    const record = await client.piece();
    expect(record[0]).toBe(22);
  });

  it('a handshake without the header is closed, and so is a header without a handshake', async () => {
    const server = await secure();
    const [bare, silent] = [await connected(server.url.replace('https:', 'http:')), await connected(server.url.replace('https:', 'http:'))];
    bare.send(await clientHello());
    silent.send(V1);
    await bare.ended();
    await silent.ended();
  });
});
