/** Ranges of files on the wire: several at once, huge files, files that change while they are sent. */
import { open, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Running } from '../cli/command.ts';
import { type Answer, ask, Client, CutError, get, head } from '../support/client.ts';
import { atEnd, connected, directoryWith, memory, resetPeak, started } from '../support/servers.ts';
import { certificate, hasOpenssl, secured } from '../support/tls.ts';

const MIB = 1024 ** 2;
const TEN_GIB = 10 * 1024 ** 3;

function pattern(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 9)) & 0xff));
}

interface Part {
  range: string;
  type: string | undefined;
  bytes: Buffer;
}

/** The parts of a multipart/byteranges answer, read as RFC 2046 5.1.1 says. */
function partsOf(answer: Answer): Part[] {
  const boundary = /^multipart\/byteranges; boundary=(\w+)$/.exec(answer.field('content-type') ?? '')?.[1];
  const pieces = `\r\n${answer.body.toString('latin1')}`.split(`\r\n--${boundary}`);
  expect([pieces[0], pieces.at(-1)]).toEqual(['', '--\r\n']);
  return pieces.slice(1, -1).map((piece) => {
    const [, fields = '', content = ''] = /^\r\n(.*?)\r\n\r\n(.*)$/s.exec(piece) ?? [];
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(fields)?.[1]?.trim();
    return { range: field('Content-Range') ?? '', type: field('Content-Type'), bytes: Buffer.from(content, 'latin1') };
  });
}

describe('several ranges', () => {
  const small = pattern(1000);
  const large = pattern(300_000);

  it.each([
    ['a small file', 'small.txt', small, 'text/plain; charset=utf-8'],
    ['a large file', 'large.bin', large, 'application/octet-stream'],
  ])('of %s are parts with their places', async (_name, name, content, type) => {
    const server = await started({ static: [{ prefix: '/', root: await directoryWith({ [name]: content }) }] });
    const answer = await ask(server.url, get(`/${name}`, 'Range: bytes=0-9,100-199,-10'));
    const total = content.length;
    expect(answer.status).toBe(206);
    expect(answer.field('content-range')).toBeUndefined();
    expect(partsOf(answer)).toEqual([
      { range: `bytes 0-9/${total}`, type, bytes: content.subarray(0, 10) },
      { range: `bytes 100-199/${total}`, type, bytes: content.subarray(100, 200) },
      { range: `bytes ${total - 10}-${total - 1}/${total}`, type, bytes: content.subarray(total - 10) },
    ]);
  });

  it('stay in order among pipelined requests, whatever they are', async () => {
    const root = await directoryWith({ 'small.txt': small, 'large.bin': large });
    const server = await started({ static: [{ prefix: '/', root }] });
    const client = await connected(server);
    const ranges = 'Range: bytes=0-1,290000-299999';
    client.send(get('/large.bin', ranges) + get('/small.txt') + get('/large.bin', ranges) + head('HEAD', '/large.bin', ranges) + get('/none'));
    for (const [method, status] of [['GET', 206], ['GET', 200], ['GET', 206], ['HEAD', 200], ['GET', 404]] as const) {
      const answer = await client.answer(method);
      expect(answer.status).toBe(status);
      if (status === 206) expect(partsOf(answer)[1]?.bytes.equals(large.subarray(290_000))).toBe(true);
    }
  });

  it('reach a client that reads slowly whole', async () => {
    const content = pattern(8 * MIB);
    const server = await started({ static: [{ prefix: '/', root: await directoryWith({ 'big.bin': content }) }] });
    const client = await connected(server, { highWaterMark: 16_384 });
    client.socket.pause();
    client.send(get('/big.bin', `Range: bytes=${4 * MIB}-,0-${4 * MIB - 2}`));
    client.socket.resume();
    const parts = partsOf(await client.answer());
    expect(parts.map(({ bytes }) => bytes.length)).toEqual([4 * MIB, 4 * MIB - 1]);
    expect(parts[0]?.bytes.equals(content.subarray(4 * MIB))).toBe(true);
    expect(parts[1]?.bytes.equals(content.subarray(0, 4 * MIB - 1))).toBe(true);
  });

  it.skipIf(!hasOpenssl)('are the same over TLS', async () => {
    const root = await directoryWith({ 'large.bin': large });
    const tls = await certificate(await directoryWith(), 'site');
    const server = await started({ static: [{ prefix: '/', root }], listen: { port: 0, tls } });
    const client = await secured(server);
    atEnd(() => client.destroy());
    client.send(get('/large.bin', 'Range: bytes=-9,0-250000') + get('/large.bin', 'Range: bytes=0-4'));
    expect(partsOf(await client.answer()).map(({ bytes }) => bytes.length)).toEqual([9, 250_001]);
    expect((await client.answer()).body).toEqual(large.subarray(0, 5));
  });

  it('that overlap are one, that ask for too much are the whole', async () => {
    const server = await started({ static: [{ prefix: '/', root: await directoryWith({ 'small.txt': small }) }] });
    const one = await ask(server.url, get('/small.txt', 'Range: bytes=0-9,5-19'));
    expect([one.status, one.field('content-range')]).toEqual([206, 'bytes 0-19/1000']);
    const whole = await ask(server.url, get('/small.txt', 'Range: bytes=0-,0-,0-'));
    expect([whole.status, whole.body.length]).toEqual([200, 1000]);
  });
});

describe('a file of ten gibibytes', () => {
  async function serving(): Promise<{ url: string; pid: number }> {
    const root = await directoryWith({ 'huge.bin': 'begin' });
    const file = await open(join(root, 'huge.bin'), 'r+');
    await file.truncate(TEN_GIB);
    await file.write('the end', TEN_GIB - 7);
    await file.close();
    await writeFile(join(root, 'fastserve.config.json'), JSON.stringify({ static: [{ prefix: '/', root: '.' }], log: { access: 'off' } }));
    const command = new Running(['start', root, '--host', '127.0.0.1', '--port', '0']);
    atEnd(async () => {
      command.process.kill('SIGTERM');
      await command.exited;
    });
    return { url: await command.url(), pid: command.process.pid as number };
  }

  it('is described and sent from any place', async () => {
    const { url } = await serving();
    expect((await ask(url, head('HEAD', '/huge.bin'), 'HEAD')).field('content-length')).toBe(String(TEN_GIB));
    const last = await ask(url, get('/huge.bin', 'Range: bytes=-7'));
    expect([last.status, last.field('content-range'), last.text]).toEqual([206, `bytes ${TEN_GIB - 7}-${TEN_GIB - 1}/${TEN_GIB}`, 'the end']);
    const parts = partsOf(await ask(url, get('/huge.bin', `Range: bytes=${TEN_GIB - 3}-,0-4,4294967290-4294967299`)));
    expect(parts.map(({ bytes }) => bytes.toString())).toEqual(['end', 'begin', '\0'.repeat(10)]);
    expect((await ask(url, get('/huge.bin', `Range: bytes=${TEN_GIB}-`))).field('content-range')).toBe(`bytes */${TEN_GIB}`);
  });

  it('takes no memory while much of it is sent, also to a client that stopped reading', async () => {
    const { url, pid } = await serving();
    const stopped = await connected(url);
    stopped.socket.pause();
    stopped.send(get('/huge.bin'));
    await ask(url, get('/huge.bin', 'Range: bytes=0-0'));
    await resetPeak(pid);
    const before = (await memory(pid)).now;
    const client = await connected(url);
    client.send(get('/huge.bin', `Range: bytes=${TEN_GIB - 512 * MIB}-`));
    expect((await client.head()).field('content-length')).toBe(String(512 * MIB));
    for (let left = 512 * MIB; left > 0; ) left -= (await client.piece()).length;
    expect((await memory(pid)).peak - before).toBeLessThan(8 * MIB);
  });
});

describe('a file that changes while it is sent', () => {
  const old = pattern(32 * MIB);

  /** A client that has read the head of the answer and little more. */
  async function downloading(root: string): Promise<{ client: Client; answer: Answer; url: string }> {
    const server = await started({ static: [{ prefix: '/', root }], timeouts: { write: '5s' } });
    const client = await connected(server, { highWaterMark: 16_384 });
    client.send(get('/big.bin'));
    const answer = await client.head();
    client.socket.pause();
    return { client, answer, url: server.url };
  }

  it('by replacement is the old one to its end, and the new one for the next client', async () => {
    const root = await directoryWith({ 'big.bin': old });
    const { client, url } = await downloading(root);
    await writeFile(join(root, 'next'), 'the new one');
    await rename(join(root, 'next'), join(root, 'big.bin'));
    client.socket.resume();
    expect((await client.exactly(old.length)).equals(old)).toBe(true);
    expect((await ask(url, get('/big.bin'))).text).toBe('the new one');
  });

  it('by truncation is cut with the connection, never filled up', async () => {
    const root = await directoryWith({ 'big.bin': old });
    const { client, url } = await downloading(root);
    await truncate(join(root, 'big.bin'), 10 * MIB);
    client.socket.resume();
    await expect(client.exactly(old.length)).rejects.toThrow(CutError);
    expect((await ask(url, get('/big.bin'))).body.length).toBe(10 * MIB);
  });
});
