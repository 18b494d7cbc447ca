/** What goes through TLS arrives as it was sent: large, pipelined, slow, cut. */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Config, FastServer, RawApplication } from '../../dist/index.js';
import { get, head, post } from '../support/client.ts';
import { directoryWith, fixtureApp, inline, started } from '../support/servers.ts';
import { type CertificateFiles, certificate, curl, handshake, hasOpenssl, secured } from '../support/tls.ts';

const MIB = 1024 * 1024;

let tls: CertificateFiles;

beforeEach(async () => {
  if (hasOpenssl) tls = await certificate(await directoryWith(), 'site');
});

function secure(application: RawApplication, config: Config = {}): Promise<FastServer> {
  return inline(application, { ...config, listen: { port: 0, tls } });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe.skipIf(!hasOpenssl)('over TLS', () => {
  it('a file of 64 MiB arrives intact, in whole and in part', async () => {
    const content = randomBytes(64 * MIB);
    const root = await directoryWith({ 'large.bin': content });
    const server = await started({ static: [{ prefix: '/', root }], listen: { port: 0, tls } });
    const client = await secured(server);
    client.send(get('/large.bin') + get('/large.bin', 'Range: bytes=1000000-1099999'));
    expect(sha256((await client.answer()).body)).toBe(sha256(content));
    expect((await client.answer()).body.equals(content.subarray(1_000_000, 1_100_000))).toBe(true);
  });

  it('64 MiB of an application arrive intact, in one piece and as a stream', async () => {
    const content = randomBytes(64 * MIB);
    const server = await secure((request, respond) => {
      if (request.target === '/whole') respond(200, [], content);
      else
        respond(200, [], (async function* () {
          for (let at = 0; at < content.length; at += 100_003) yield content.subarray(at, at + 100_003);
        })());
    });
    for (const path of ['/whole', '/stream']) {
      const client = await secured(server);
      client.send(get(path));
      expect(sha256((await client.answer()).body)).toBe(sha256(content));
    }
  });

  it('an upload of 64 MiB arrives intact', async () => {
    const content = randomBytes(64 * MIB);
    const server = await started({ app: fixtureApp('digest.mjs'), workers: 1, limits: { body: '64mb' }, listen: { port: 0, tls } });
    const client = await secured(server);
    client.send(post('/', content));
    expect((await client.answer()).text).toContain(sha256(content));
  });

  it('pipelined requests are answered in order, files and views mixed', async () => {
    const root = await directoryWith({ 'small.txt': 'small', 'large.txt': 'x'.repeat(200_000) });
    const server = await secure((request, respond) => respond(200, [], request.target), { static: [{ prefix: '/files/', root }] });
    const client = await secured(server);
    const paths = Array.from({ length: 200 }, (_, i) => ['/view', '/files/small.txt', '/files/large.txt', '/files/none'][i % 4] as string);
    client.send(paths.map((path, i) => get(`${path}?${i}`)).join(''));
    for (const [i, path] of paths.entries()) {
      const { status, body, text } = await client.answer();
      if (path === '/view') expect(text).toBe(`/view?${i}`);
      else expect([status, body.length]).toEqual(path.endsWith('none') ? [404, body.length] : [200, path.endsWith('small.txt') ? 5 : 200_000]);
    }
  });

  it('a request that comes in records of one byte is answered', async () => {
    const server = await secure((request, respond) => request.body.bytes().then((bytes) => respond(200, [], bytes)));
    const socket = await handshake(server);
    socket.setNoDelay();
    for (const byte of post('/', 'content')) socket.write(Buffer.of(byte));
    const [answer] = await new Promise<[Buffer]>((resolve) => socket.once('data', (data: Buffer) => resolve([data])));
    expect(answer.toString()).toMatch(/\r\n\r\ncontent$/);
  });

  it('a client that reads late costs bounded memory, and gets everything', async () => {
    const piece = Buffer.alloc(65_536, 'p');
    let given = 0;
    const server = await secure((_request, respond) => {
      respond(200, [], (async function* () {
        for (let i = 0; i < 512; i++) {
          given += piece.length;
          yield piece;
        }
      })());
    });
    const socket = await handshake(server);
    socket.pause();
    socket.write(get('/', 'Connection: close'));
    await expect.poll(() => given).toBeGreaterThan(0);
    let before = -1;
    await expect.poll(() => [before, (before = given)]).toSatisfy(([a, b]: number[]) => a === b);
    expect(given).toBeLessThan(16 * MIB);
    let received = 0;
    socket.on('data', (data: Buffer) => (received += data.length));
    socket.resume();
    await new Promise((resolve) => socket.once('end', resolve));
    expect(received).toBeGreaterThan(32 * MIB);
  });

  it('many connections at a time get their own answers', async () => {
    const server = await secure((request, respond) => respond(200, [], request.target));
    const texts = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const client = await secured(server);
        client.send(get(`/${i}`));
        return (await client.answer()).text;
      }),
    );
    expect(texts).toEqual(Array.from({ length: 100 }, (_, i) => `/${i}`));
  });
});

describe.skipIf(!hasOpenssl)('the end of a TLS connection', () => {
  it('is announced with close_notify behind the last answer', async () => {
    const server = await secure((_request, respond) => respond(200, [], 'x'.repeat(100_000)));
    const client = await secured(server);
    client.send(get('/', 'Connection: close'));
    expect((await client.answer()).body.length).toBe(100_000);
    expect(await client.ended()).toBe('fin');
    // OpenSSL calls an end without close_notify an "unexpected eof" and curl fails.
    expect((await curl('--http1.0', server.url)).length).toBe(100_000);
  });

  it('is announced to idle connections too', async () => {
    const server = await secure((_request, respond) => respond(200, [], 'ok'), { timeouts: { keepAlive: 100 } });
    const client = await secured(server);
    client.send(get('/'));
    await client.answer();
    expect(await client.ended()).toBe('fin');
  });

  it('a client that says close_notify behind its request gets its answer', async () => {
    const server = await secure((_request, respond) => void sleep(50).then(() => respond(200, [], 'late')));
    const socket = await handshake(server, { allowHalfOpen: true } as object);
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => (text += data));
    socket.end(get('/'));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*late$/);
  });

  it('inside the content of a request is no end of the content', async () => {
    const seen: string[] = [];
    const server = await secure((request, respond) => {
      seen.push('started');
      request.body.bytes().then(
        (bytes) => seen.push(`whole ${bytes.length}`),
        () => seen.push('cut'),
      );
      request.signal.addEventListener('abort', () => respond(400, [], ''));
    });
    const socket = await handshake(server);
    socket.write(head('POST', '/', 'Content-Length: 100000') + 'part');
    await expect.poll(() => seen).toEqual(['started']);
    socket.destroy();
    await expect.poll(() => seen).toEqual(['started', 'cut']);
  });

  it('a stop of the server waits for an answer under way and closes idle connections', async () => {
    const server = await secure((_request, respond) => void sleep(100).then(() => respond(200, [], 'done')));
    const busy = await secured(server);
    const idle = await secured(server);
    busy.send(get('/'));
    await expect.poll(() => server.stats().inFlight).toBe(1);
    const closed = server.close({ grace: 5000 });
    expect(await idle.ended()).toBe('fin');
    expect((await busy.answer()).field('connection')).toBe('close');
    expect(await busy.ended()).toBe('fin');
    await closed;
  });
});
