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

describe('parts that are kept', () => {
  /** An upstream that cuts one range of CONTENT under the tag of the moment, and keeps what it was asked for. */
  async function siteWithParts(tags: () => string) {
    const asked: string[] = [];
    const upstream = await RawUpstream.start(({ socket, head }) => {
      const range = /^range: bytes=(\d+)-(\d+)/im.exec(head);
      const fields = `ETag: ${tags()}\r\nCache-Control: max-age=600\r\n`;
      asked.push(head.startsWith('GET') ? (range?.[0].slice('range: bytes='.length) ?? 'all') : 'other');
      const content = range === null ? CONTENT : CONTENT.slice(Number(range[1]), Number(range[2]) + 1);
      const place = range === null ? '200 OK' : `206 Part\r\nContent-Range: bytes ${range[1]}-${range[2]}/${CONTENT.length}`;
      socket.write(`HTTP/1.1 ${place}\r\n${fields}Content-Length: ${content.length}\r\n\r\n${content}`);
    });
    const server = await started({ proxy: [{ prefix: '/', upstream: upstream.url, cache: { ranges: 'parts' } }] });
    const part = async (path: string, first: number, last: number, ...lines: string[]) => {
      const got = await ask(server.url, get(path, `Range: bytes=${first}-${last}`, ...lines));
      expect([got.status, got.field('content-range'), got.text]).toEqual([206, `bytes ${first}-${last}/${CONTENT.length}`, CONTENT.slice(first, last + 1)]);
      return got;
    };
    return { server, asked, part };
  }

  it('answer the ranges within them, are put together, and become the whole', async () => {
    const { server, asked, part } = await siteWithParts(() => '"v"');
    const end = CONTENT.length - 1;
    await part('/a', 1000, 59_999);
    expect((await part('/a', 2000, 2099)).field('age')).toBe('0');
    await part('/a', 2000, 2099, 'If-Range: "v"');
    expect(asked).toEqual(['1000-59999']);
    await part('/a', 60_000, end);
    await part('/a', 1500, end - 5);
    await part('/a', 0, 1200);
    const whole = await ask(server.url, get('/a'));
    expect([whole.status, whole.field('content-range'), whole.field('etag'), whole.text]).toEqual([200, undefined, '"v"', CONTENT]);
    expect(asked).toEqual(['1000-59999', `60000-${end}`, '0-1200']);
  });

  it('are not put together across tags, with a gap, or under a weak tag', async () => {
    let tag = '"v"';
    const { asked, part } = await siteWithParts(() => tag);
    await part('/a', 0, 99);
    await part('/a', 200, 299); // takes the place of the other
    await part('/a', 0, 99);
    tag = '"w"';
    await part('/a', 100, 199);
    await part('/a', 50, 150);
    tag = 'W/"v"';
    await part('/b', 0, 99);
    await part('/b', 0, 99);
    expect(asked).toEqual(['0-99', '200-299', '0-99', '100-199', '50-150', '0-99', '0-99']);
  });

  it('are forgotten by a purge and an unsafe request, and do not answer who wants another tag', async () => {
    const { server, asked, part } = await siteWithParts(() => '"v"');
    await part('/a', 0, 99);
    server.cache.purge({ url: '/a' });
    await part('/a', 0, 99);
    await ask(server.url, 'POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n', 'POST');
    await part('/a', 0, 99);
    await part('/a', 0, 99, 'If-Range: "other"');
    expect(asked).toEqual(['0-99', '0-99', 'other', '0-99', '0-99']);
  });
});
