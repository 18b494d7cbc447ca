/** Peers that speak TLS badly, slowly or not at all: each is closed, none costs anything that stays. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Config, FastServer } from '../../dist/index.js';
import { get } from '../support/client.ts';
import { directoryWith, inline, usage } from '../support/servers.ts';
import { bare, type CertificateFiles, certificate, clientHello, curl, handshake, hasOpenssl, portOf, secured } from '../support/tls.ts';

let tls: CertificateFiles;

beforeEach(async () => {
  if (hasOpenssl) tls = await certificate(await directoryWith(), 'site');
});

function secure(config: Config = {}): Promise<FastServer> {
  return inline((_request, respond) => respond(200, [], 'ok'), { ...config, listen: { port: 0, tls } });
}

/** Type, version and length (RFC 8446 5.1). */
const RECORD_HEAD = 5;

/** A handshake record. */
function record(content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x16, 3, 1, content.length >> 8, content.length & 0xff), content]);
}

async function alive(server: FastServer): Promise<void> {
  expect(await curl(server.url)).toBe('ok');
}

/** A client that sends these bytes and reads to the end. */
async function reply(server: FastServer, bytes: Uint8Array, finish = false): Promise<Buffer> {
  const client = await bare(server);
  client.send(bytes);
  if (finish) client.finish();
  await client.drained();
  client.destroy();
  return client.unread;
}

describe.skipIf(!hasOpenssl)('a TLS listener', () => {
  it.each(['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n', 'g'])('answers plain HTTP with 400 in clear: %j', async (text) => {
    const server = await secure({ hsts: true });
    const client = await bare(server);
    client.send(text);
    const answer = await client.answer();
    expect([answer.status, answer.field('connection'), answer.field('strict-transport-security')]).toEqual([400, 'close', undefined]);
    expect(answer.text).toContain('HTTPS');
    expect(await client.ended()).toBe('fin');
    expect(server.stats()).toMatchObject({ requests: 1, requestsToWorkers: 0, tlsFailures: 1 });
    await alive(server);
  });

  it.each<[string, () => Uint8Array]>([
    ['random bytes', () => Buffer.concat([Buffer.of(0x80), randomBytes(5000)])],
    ['zeros', () => Buffer.alloc(5000)],
    ['a handshake record of nonsense', () => Buffer.concat([Buffer.of(0x16, 3, 1, 0, 200), randomBytes(200)])],
    ['an oversized record', () => Buffer.concat([Buffer.of(0x16, 3, 1, 0xff, 0xff), randomBytes(65_535)])],
    ['application data before any handshake', () => Buffer.concat([Buffer.of(0x17, 3, 3, 0, 100), randomBytes(100)])],
    ['an alert', () => Buffer.of(0x15, 3, 1, 0, 2, 2, 40)],
    ['a first message that says it is 16 MiB', () => record(Buffer.concat([Buffer.of(1, 0xff, 0xff, 0xff), randomBytes(4096)]))],
    ['empty records without end', () => Buffer.concat(Array.from({ length: 10_000 }, () => record(Buffer.alloc(0))))],
    ['changes of cipher without end', () => Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.of(0x14, 3, 3, 0, 1, 1)))],
    ['a first message of another version of the protocol', () => Buffer.concat([Buffer.of(0x80, 46, 1, 0, 2), randomBytes(43)])],
  ])('closes %s', async (_name, bytes) => {
    const server = await secure();
    const answer = await reply(server, bytes());
    expect(answer.length === 0 || answer[0] === 0x15).toBe(true);
    await expect.poll(() => server.stats()).toMatchObject({ tlsFailures: 1, connectionsOpen: 0, requests: 0 });
    await alive(server);
  });

  it('closes a first message that ends anywhere, and takes it in any two pieces', async () => {
    const server = await secure();
    const hello = await clientHello();
    for (let length = 0; length < hello.length; length += 13) {
      expect((await reply(server, hello.subarray(0, length), true)).length).toBe(0);
    }
    for (let split = 1; split < hello.length; split += 97) {
      const client = await bare(server);
      await client.sendAll(hello.subarray(0, split));
      await client.sendAll(hello.subarray(split));
      expect((await client.piece())[0]).toBe(0x16);
      client.destroy();
    }
    await expect.poll(() => server.stats().connectionsOpen).toBe(0);
    await alive(server);
  });

  it.each([1, 5, 100])('takes a first message in records of %i bytes', async (size) => {
    const server = await secure();
    const message = (await clientHello()).subarray(RECORD_HEAD);
    const client = await bare(server);
    for (let at = 0; at < message.length; at += size) client.send(record(message.subarray(at, at + size)));
    expect((await client.piece())[0]).toBe(0x16);
    client.destroy();
    await alive(server);
  });

  it('closes a first message whose lengths belie each other', async () => {
    const server = await secure();
    const hello = await clientHello();
    for (let at = 0; at < 120; at++) {
      const changed = Buffer.from(hello);
      changed.writeUInt16BE(0xffff, at);
      const client = await bare(server);
      client.send(changed);
      client.finish();
      await client.drained();
    }
    await expect.poll(() => server.stats()).toMatchObject({ connectionsOpen: 0, requests: 0 });
    await alive(server);
  });

  it('survives a first message with any byte changed', async () => {
    const server = await secure();
    const hello = await clientHello();
    for (let at = 0; at < hello.length; at += 3) {
      const changed = Buffer.from(hello);
      changed[at] = (changed[at] as number) ^ (1 + (at % 255));
      const client = await bare(server);
      client.send(changed);
      client.finish();
      await client.drained();
    }
    await alive(server);
  });

  it('closes an established connection whose stream breaks', async () => {
    const server = await secure();
    const raw = connect(portOf(server), '127.0.0.1');
    await once(raw, 'connect');
    const socket = await handshake(server, { socket: raw });
    const failed = once(socket, 'error') as Promise<[Error]>;
    raw.write(Buffer.concat([Buffer.of(0x17, 3, 3, 0, 64), randomBytes(64)]));
    expect((await failed)[0].message).toContain('bad record mac');
    raw.destroy();
    await expect.poll(() => server.stats()).toMatchObject({ tlsFailures: 1, connectionsOpen: 0 });
  });

  it.each<[string, (socket: Socket, hello: Buffer) => void]>([
    ['silent', () => {}],
    ['stops after a byte', (socket, hello) => void socket.write(hello.subarray(0, 1))],
    ['stops before its Finished', (socket, hello) => void socket.write(hello)],
    [
      'drips',
      (socket, hello) => {
        let at = 0;
        const timer = setInterval(() => socket.write(hello.subarray(at, ++at)), 20);
        socket.once('close', () => clearInterval(timer));
      },
    ],
  ])('closes a handshake that is not done in time: a client that is %s', async (_name, behave) => {
    const server = await secure({ timeouts: { handshake: 250 } });
    const client = await bare(server);
    const began = performance.now();
    behave(client.socket, await clientHello());
    await client.drained();
    expect(performance.now() - began).toBeLessThan(5000);
    await alive(server);
  });

  it('gives a finished handshake the time of a head', async () => {
    const server = await secure({ timeouts: { handshake: 60_000, header: 250 } });
    const quiet = await secured(server);
    await quiet.drained();
    const slow = await secured(server);
    slow.send('GET / HT');
    expect((await slow.answer()).status).toBe(408);
  });

  it('keeps nothing of 200 connections that leave inside their handshake', async () => {
    const server = await secure();
    const hello = await clientHello();
    await alive(server);
    const before = (await usage()).descriptors;
    for (let round = 0; round < 4; round++) {
      const sockets = await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const client = await bare(server);
          if (i % 3 > 0) await client.sendAll(hello.subarray(0, i % 3 === 1 ? 100 : hello.length));
          return client;
        }),
      );
      for (const [i, client] of sockets.entries()) i % 2 === 0 ? client.destroy() : client.reset();
    }
    await expect.poll(() => server.stats().connectionsOpen).toBe(0);
    await expect.poll(async () => (await usage()).descriptors).toBeLessThanOrEqual(before + 2);
    await alive(server);
  });

  it('answers others while 200 clients stand still inside their handshake', async () => {
    const server = await secure({ timeouts: { handshake: 60_000 } });
    const hello = await clientHello();
    for (let i = 0; i < 200; i++) (await bare(server)).send(hello.subarray(0, i % 2 === 0 ? hello.length : 50));
    const client = await secured(server);
    client.send(get('/'));
    expect((await client.answer()).text).toBe('ok');
  });
});
