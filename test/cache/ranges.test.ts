/** Ranges of what is not stored yet: `ranges` of a proxy entry's cache. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FastServer } from '../../dist/index.js';
import { RawUpstream } from '../proxy/upstream.ts';
import { ask, get } from '../support/client.ts';
import { connected, started } from '../support/servers.ts';

const CONTENT = Array.from({ length: 4000 }, (_, line) => `line ${line} of ${line * 7919}\n`).join('');
const PART = 'Range: bytes=1000-1999';

interface Setup {
  server: FastServer;
  upstream: RawUpstream;
  /** Whether each request that the upstream had asked for a range. */
  asked(): boolean[];
}

/** An upstream that knows ranges of CONTENT, if `chunked` without telling the length of the whole. */
async function siteBehind(ranges: 'pass' | 'whole', fields = 'Cache-Control: max-age=600\r\nETag: "v"\r\n', chunked = false, more: object = {}): Promise<Setup> {
  const hasRange = (head: string) => /^range:/im.test(head);
  const upstream: RawUpstream = await RawUpstream.start(({ socket, head }) => {
    const lines = `Content-Type: text/plain\r\n${fields}`;
    if (hasRange(head)) {
      socket.write(`HTTP/1.1 206 Part\r\n${lines}Content-Range: bytes 1000-1999/${CONTENT.length}\r\nContent-Length: 1000\r\n\r\n${CONTENT.slice(1000, 2000)}`);
    } else if (chunked) {
      socket.write(`HTTP/1.1 200 OK\r\n${lines}Transfer-Encoding: chunked\r\n\r\n${CONTENT.length.toString(16)}\r\n${CONTENT}\r\n0\r\n\r\n`);
    } else {
      socket.write(`HTTP/1.1 200 OK\r\n${lines}Content-Length: ${CONTENT.length}\r\n\r\n${CONTENT}`);
    }
  });
  const server = await started({ proxy: [{ prefix: '/', upstream: upstream.url, cache: { ranges } }], ...more });
  return { server, upstream, asked: () => upstream.requests.map(({ head }) => hasRange(head)) };
}

describe('a range that is not stored', () => {
  it('is asked for as it is, and not kept, unless the configuration says otherwise', async () => {
    const { server, asked } = await siteBehind('pass');
    for (let i = 0; i < 2; ++i) expect((await ask(server.url, get('/a', PART))).text).toBe(CONTENT.slice(1000, 2000));
    expect(asked()).toEqual([true, true]);
  });

  it('is cut from the whole that the upstream is asked for, which is kept', async () => {
    const { server, asked } = await siteBehind('whole');
    const part = await ask(server.url, get('/a', PART));
    expect([part.status, part.text, part.field('content-length')]).toEqual([206, CONTENT.slice(1000, 2000), '1000']);
    expect([part.field('content-range'), part.field('etag')]).toEqual([`bytes 1000-1999/${CONTENT.length}`, '"v"']);
    expect((await ask(server.url, get('/a', 'Range: bytes=-7'))).text).toBe(CONTENT.slice(-7));
    expect((await ask(server.url, get('/a'))).text).toBe(CONTENT);
    expect(asked()).toEqual([false]);
  });

  it('that lies behind the end is 416, and one whose If-Range is another tag is the whole', async () => {
    const { server, asked } = await siteBehind('whole');
    const beyond = await ask(server.url, get('/a', 'Range: bytes=9000000-'));
    expect([beyond.status, beyond.field('content-range'), beyond.text]).toEqual([416, `bytes */${CONTENT.length}`, '']);
    const other = await ask(server.url, get('/b', PART, 'If-Range: "w"'));
    expect([other.status, other.text]).toEqual([200, CONTENT]);
    expect(asked()).toEqual([false, false]);
  });

  it('is the whole where the length of that is not known', async () => {
    const { server } = await siteBehind('whole', undefined, true);
    const answer = await ask(server.url, get('/a', PART));
    expect([answer.status, answer.text]).toEqual([200, CONTENT]);
    expect((await ask(server.url, get('/a', PART))).text).toBe(CONTENT.slice(1000, 2000));
  });

  it('is asked for as it is after an answer that was not kept', async () => {
    const { server, asked } = await siteBehind('whole', 'Cache-Control: no-store\r\n');
    for (let i = 0; i < 3; ++i) {
      const part = await ask(server.url, get('/a', PART));
      expect([part.status, part.text]).toEqual([206, CONTENT.slice(1000, 2000)]);
    }
    expect(asked()).toEqual([false, true, true]);
  });

  it('is asked for as it is with conditions that must hold, and where answers are not kept', async () => {
    const { server, asked } = await siteBehind('whole');
    await ask(server.url, get('/a', PART, 'If-Match: "v"'));
    await ask(server.url, get('/a', PART, 'Cache-Control: no-store'));
    expect(asked()).toEqual([true, true]);
  });

  it('waits for the whole when somebody asks for that already', async () => {
    const { server, asked } = await siteBehind('whole');
    const answers = await Promise.all(['0-9', '10-19', '20-29', '30-39'].map((range) => ask(server.url, get('/a', `Range: bytes=${range}`))));
    expect(answers.map(({ text }) => text).join('')).toBe(CONTENT.slice(0, 40));
    expect(asked()).toEqual([false]);
  });

  it('is cut for one of many requests of a connection', async () => {
    const { server } = await siteBehind('whole');
    const client = await connected(server);
    client.send(get('/a', PART) + get('/b') + get('/b', PART));
    expect((await client.answer()).text).toBe(CONTENT.slice(1000, 2000));
    expect((await client.answer()).text).toBe(CONTENT);
    expect((await client.answer()).text).toBe(CONTENT.slice(1000, 2000));
  });

  it('is not compressed, and what is no range is', async () => {
    const { server } = await siteBehind('whole', undefined, false, { compress: { dynamic: { codings: ['gzip'] } } });
    const part = await ask(server.url, get('/a', PART, 'Accept-Encoding: gzip'));
    expect([part.status, part.text, part.field('vary')]).toEqual([206, CONTENT.slice(1000, 2000), 'Accept-Encoding']);
    const whole = await ask(server.url, get('/b', PART, 'If-Range: "w"', 'Accept-Encoding: gzip'));
    expect(String(gunzipSync(whole.body))).toBe(CONTENT);
  });
});
