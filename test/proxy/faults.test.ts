/** What a client gets when an upstream misbehaves: the table of docs/proxy.md, one row a test. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UpstreamConfig } from '../../dist/index.js';
import { CutError } from '../support/client.ts';
import { connected, directoryWith, started } from '../support/servers.ts';
import { MALFORMED_HEADS } from './malformed-heads.ts';
import { command } from '../faults/command.ts';
import { answer, RawUpstream, type Script } from './upstream.ts';

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n';
const POST = 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi';

async function clientOf(upstream: RawUpstream, timeouts: UpstreamConfig['timeouts'] = {}) {
  const server = await started({ proxy: [{ prefix: '/', upstream: 'up' }], upstreams: { up: { servers: [upstream.url], timeouts } } });
  return { server, client: await connected(server) };
}

const says = (bytes: string): Script => ({ socket }) => void socket.write(bytes);

describe('a head that is malformed is a 502 and closes the upstream connection:', () => {
  it('each of them', async () => {
    let bytes = '';
    const upstream = await RawUpstream.start(({ socket }) => void socket.write(bytes, 'latin1'));
    const { client } = await clientOf(upstream);
    for (const [name, malformed] of Object.entries(MALFORMED_HEADS)) {
      bytes = malformed;
      client.send(GET);
      let got = await client.answer();
      while (got.status < 200) got = await client.answer();
      expect([name, got.status]).toEqual([name, 502]);
    }
    bytes = answer('still here');
    client.send(GET);
    expect((await client.answer()).text).toBe('still here');
  });
});

describe('an upstream that goes away', () => {
  it('before it listens, is a 502', async () => {
    const upstream = await RawUpstream.start(() => {});
    const { client } = await clientOf(upstream);
    await upstream.stop();
    client.send(GET);
    expect((await client.answer()).status).toBe(502);
  });

  it('without an answer, or inside a head, is a 502, and no POST is sent twice', async () => {
    let last = 'HTTP/1.1 200 OK\r\nContent-';
    const upstream = await RawUpstream.start(({ socket }) => void socket.end(last));
    const { client } = await clientOf(upstream);
    client.send(GET);
    expect((await client.answer()).status).toBe(502);
    last = '';
    client.send(POST);
    expect((await client.answer()).status).toBe(502);
    expect(upstream.requests.filter(({ head }) => head.startsWith('POST'))).toHaveLength(1);
  });

  it.each([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('inside content with %s, cuts the client', async (_framing, bytes) => {
    const upstream = await RawUpstream.start(({ socket }) => void socket.end(bytes));
    const { client } = await clientOf(upstream);
    client.send(GET);
    const cut = await client.answer().catch((error: unknown) => error);
    expect(cut).toBeInstanceOf(CutError);
    expect((cut as CutError).answer?.status).toBe(200);
  });

  it('at the end of content that ends with the connection, is a whole answer', async () => {
    const upstream = await RawUpstream.start(({ socket }) => void socket.end('HTTP/1.0 200 OK\r\n\r\nuntil the end'));
    const { client } = await clientOf(upstream);
    client.send(GET);
    expect((await client.answer()).text).toBe('until the end');
  });

  it('while its connection is kept, costs a GET nothing', async () => {
    const upstream = await RawUpstream.start(({ socket, connection }) => {
      // The second request over the first connection is met by a reset.
      if (connection === 1 && upstream.requests.length > 1) socket.resetAndDestroy();
      else socket.write(answer(`connection ${connection}`));
    });
    const { client } = await clientOf(upstream);
    for (const text of ['connection 1', 'connection 2']) {
      client.send(GET);
      expect((await client.answer()).text).toBe(text);
    }
  });
});

/** The states of a process's threads, a letter each (proc(5)). */
async function statesOf(pid: number): Promise<string> {
  const threads = await readdir(`/proc/${pid}/task`);
  const states = threads.map(async (thread) => (await readFile(`/proc/${pid}/task/${thread}/stat`, 'latin1')).replace(/^.*\) /s, '').slice(0, 1));
  return (await Promise.all(states)).join('');
}

it('an upstream that closes a kept connection while a POST is on its way to it, costs the POST nothing', async () => {
  const upstream = await RawUpstream.start(({ socket, connection }) => void socket.write(answer(`connection ${connection}`)));
  const { url, pid } = await command({ proxy: [{ prefix: '/', upstream: upstream.url }] });
  const client = await connected(url);
  client.send(POST);
  expect((await client.answer()).text).toBe('connection 1');
  // The server finds the request and, behind it, the end of the connection in one turn of its loop.
  process.kill(pid, 'SIGSTOP');
  await expect.poll(() => statesOf(pid), { timeout: 20_000 }).toMatch(/^T+$/);
  await client.sendAll(POST);
  await new Promise<void>((resolve) => upstream.requests[0]?.socket.end(resolve));
  process.kill(pid, 'SIGCONT');
  expect((await client.answer()).text).toBe('connection 2');
});

describe('an upstream that is slow', () => {
  it('to answer at all, is a 504; others are served meanwhile', async () => {
    const upstream = await RawUpstream.start(({ head, socket }) => void (head.includes('/hang') || socket.write(answer('quick'))));
    const { client, server } = await clientOf(upstream, { firstByte: '200ms' });
    client.send('GET /hang HTTP/1.1\r\nHost: a\r\n\r\n');
    const other = await connected(server);
    other.send(GET);
    expect((await other.answer()).text).toBe('quick');
    expect((await client.answer()).status).toBe(504);
  });

  it('inside a head, is a 504, however steadily it drips', async () => {
    const upstream = await RawUpstream.start(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('X-A: b\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    const { client } = await clientOf(upstream, { firstByte: '300ms' });
    client.send(GET);
    expect((await client.answer()).status).toBe(504);
  });

  it('inside content, cuts the client', async () => {
    const upstream = await RawUpstream.start(says('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'));
    const { client } = await clientOf(upstream, { idle: '200ms' });
    client.send(GET);
    await expect(client.answer()).rejects.toBeInstanceOf(CutError);
  });

  it('and drips content, is a whole answer', async () => {
    const upstream = await RawUpstream.start(({ socket }) => {
      const rest = [...answer('one by one')];
      const drip = setInterval(() => void (rest.length > 0 ? socket.write(rest.shift() ?? '') : clearInterval(drip)), 5);
    });
    const { client } = await clientOf(upstream);
    client.send(GET);
    expect((await client.answer()).text).toBe('one by one');
  });
});

describe('an upstream whose chunks are broken cuts the client:', () => {
  it.each([
    ['a size that is none', '2\r\nhi\r\nZZ\r\nevil\r\n0\r\n\r\n'],
    ['a size beyond 64 bits', '2\r\nhi\r\n10000000000000002\r\nhi\r\n0\r\n\r\n'],
    ['a chunk longer than it says', '2\r\nhiXX0\r\n\r\n'],
    ['lines that end with LF', '2\r\nhi\r\n2\nhi\n0\n\n'],
    ['a trailer that is no field', '2\r\nhi\r\n0\r\nno colon\r\n\r\n'],
  ])('%s', async (_what, chunks) => {
    const upstream = await RawUpstream.start(says(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`));
    const { client } = await clientOf(upstream);
    client.send(GET);
    // Nothing has gone out yet when the first read shows the fault.
    const outcome = await client.answer().catch((error: unknown) => error);
    if (!(outcome instanceof CutError)) expect(outcome).toMatchObject({ status: 502 });
  });
});

describe('an upstream that says too much', () => {
  it.each([
    ['behind a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nPOISONED'],
    ['behind a 304', 'HTTP/1.1 304 Not Modified\r\n\r\nPOISONED'],
    ['behind chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nPOISONED'],
  ])('%s, loses its connection; the next answer is its own', async (_where, bytes) => {
    const upstream = await RawUpstream.start(({ socket, connection }) => void socket.write(connection === 1 ? bytes : answer('clean')));
    const { client } = await clientOf(upstream);
    client.send(GET);
    expect((await client.answer()).text).not.toContain('POISON');
    client.send(GET);
    expect((await client.answer()).text).toBe('clean');
  });

  it('in answer to a HEAD, loses its connection; the next answer is its own', async () => {
    const upstream = await RawUpstream.start(({ socket, connection }) => void socket.write(connection === 1 ? answer('POISONED') : answer('clean')));
    const { client } = await clientOf(upstream);
    client.send(GET.replace('GET', 'HEAD') + GET);
    expect((await client.answer('HEAD')).field('content-length')).toBe('8');
    expect((await client.answer()).text).toBe('clean');
  });

  it('behind its answer to a HEAD when the next request is under way, has that asked again over a new connection', async () => {
    const upstream = await RawUpstream.start(({ head, socket, connection }) => {
      if (head.startsWith('HEAD')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n');
      else socket.write(connection === 1 ? `POISONED${answer('late')}` : answer('clean'));
    });
    const { client } = await clientOf(upstream);
    client.send(GET.replace('GET', 'HEAD'));
    expect((await client.answer('HEAD')).status).toBe(200);
    client.send(GET);
    expect((await client.answer()).text).toBe('clean');
    expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });

  it('while nobody has asked, loses its connection; the next answer is its own', async () => {
    const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('own')));
    const { client } = await clientOf(upstream);
    client.send(GET);
    expect((await client.answer()).text).toBe('own');
    const idle = upstream.requests[0]?.socket;
    const gone = new Promise((resolve) => idle?.on('close', resolve));
    idle?.write(answer('POISONED'));
    await gone;
    client.send(GET);
    expect((await client.answer()).text).toBe('own');
    expect(upstream.connections).toBe(2);
  });

  it('in fifty interim answers, has them passed on with its answer', async () => {
    const upstream = await RawUpstream.start(says('HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n'.repeat(50) + answer('at last')));
    const { client } = await clientOf(upstream);
    client.send(GET);
    const statuses: number[] = [];
    let got = await client.answer();
    for (; got.status < 200; got = await client.answer()) statuses.push(got.status);
    expect(statuses).toEqual(Array(50).fill(103));
    expect(got.text).toBe('at last');
  });
});

it('a server that is down costs nothing while another one is there, for a POST neither', async () => {
  const down = await RawUpstream.start(() => {});
  const up = await RawUpstream.start(({ socket }) => void socket.write(answer('up')));
  const servers = [down.url, up.url];
  await down.stop();
  const server = await started({ proxy: [{ prefix: '/', upstream: 'both' }], upstreams: { both: { servers } } });
  const client = await connected(server);
  for (const request of [GET, POST, GET, POST]) {
    client.send(request);
    expect((await client.answer()).text).toBe('up');
  }
});

it('the access log tells the lane, and what the upstream said', async () => {
  const directory = await directoryWith();
  const upstream = await RawUpstream.start(({ head, socket }) => void (head.includes('/gone') ? socket.destroy() : socket.write(answer('no', '', '404 Not Found'))));
  const path = join(directory, 'access.log');
  const server = await started({ proxy: [{ prefix: '/', upstream: upstream.url }], log: { access: 'json', path } });
  const client = await connected(server);
  client.send(GET);
  await client.answer();
  client.send('GET /gone HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.answer();
  await server.close();
  const [passed, failed] = (await readFile(path, 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(passed).toMatchObject({ lane: 'proxy', status: 404, upstream_status: 404 });
  expect(failed).toMatchObject({ lane: 'proxy', status: 502 });
  expect(failed).not.toHaveProperty('upstream_status');
});

it('a client that leaves takes its upstream request along', async () => {
  let gone: Promise<void> | undefined;
  const upstream = await RawUpstream.start(({ socket }) => void (gone = new Promise((resolve) => socket.on('close', () => resolve()))));
  const { client } = await clientOf(upstream);
  client.send(GET);
  await expect.poll(() => upstream.requests.length).toBe(1);
  client.reset();
  await gone;
});
