/** What a client gets when a uwsgi server misbehaves: the table of docs/proxy.md. One front for all of them. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FastServer, serve } from '../../dist/index.js';
import { CutError } from '../support/client.ts';
import { connected } from '../support/servers.ts';

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n';

let directory: string;
let application: Server;
let server: FastServer;
/** What the application does with a whole packet; `earlier` is called with the first bytes. */
let act: (socket: Socket) => void;
let packets = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fastserve-uwsgi-'));
  application = createServer((socket) => {
    let kept = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      kept = Buffer.concat([kept, bytes]);
      if (kept.length < 4 || kept.length < 4 + kept.readUInt16LE(1)) return;
      kept = Buffer.alloc(0);
      packets += 1;
      act(socket);
    });
  });
  application.listen(join(directory, 'app.sock'));
  await once(application, 'listening');
  const timeouts = { firstByte: '400ms', idle: '400ms' };
  server = await serve({
    upstreams: { app: { servers: [`uwsgi+unix:${join(directory, 'app.sock')}`], timeouts } },
    proxy: [{ prefix: '/', upstream: 'app' }],
  });
});

afterAll(async () => {
  await server.close({ grace: 0 });
  application.close();
  await rm(directory, { recursive: true });
});

async function outcome(behaviour: (socket: Socket) => void, request = GET): Promise<string> {
  act = behaviour;
  const client = await connected(server);
  client.send(request);
  try {
    let { status, text } = await client.answer();
    while (status < 200) ({ status, text } = await client.answer());
    return status === 200 ? `200 ${text}` : String(status);
  } catch (error) {
    if (error instanceof CutError) return `cut ${error.answer?.status ?? 'without a head'}`;
    throw error;
  }
}

const says = (bytes: string) => (socket: Socket) => void socket.end(bytes, 'latin1');

describe('before a whole head: 502, or 504 where it is late', () => {
  it.each([
    ['closes without a byte', ''],
    ['closes after one byte', 'H'],
    ['closes inside its head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['answers with a packet of uwsgi', '\x00\x0c\x00\x00\x06\x00STATUS\x03\x00200'],
    ['says another size than it sends', '\x00\xff\xff\x00HTTP/1.1 200 OK\r\n\r\nx'],
    ['leaves the status line out', 'Status: 200 OK\r\nContent-Type: text/plain\r\n\r\nbody'],
    ['has a line without a colon', 'HTTP/1.1 200 OK\r\nContent-Type text/plain\r\n\r\nbody'],
    ['ends lines with LF', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nhi'],
    ['has two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi'],
    ['has a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['has a head without end', `HTTP/1.1 200 OK\r\n${`X-A: ${'a'.repeat(1000)}\r\n`.repeat(80)}`],
    ['has interim answers without end', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(200)],
  ])('%s', async (_, bytes) => {
    expect(await outcome(says(bytes))).toBe('502');
  });

  it('hangs', async () => {
    expect(await outcome(() => {})).toBe('504');
  });

  it('resets the connection inside its head', async () => {
    expect(await outcome((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-', () => socket.destroy()))).toBe('502');
  });

  it('drips its head', async () => {
    expect(
      await outcome((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const drip = setInterval(() => socket.write('X-A: b\r\n'), 20);
        socket.on('close', () => clearInterval(drip));
      }),
    ).toBe('504');
  });
});

describe('inside content: a cut, never a complete answer', () => {
  it.each([
    ['dies after its head', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['dies inside its content', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel'],
    ['dies inside a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel'],
    ['dies between chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n'],
    ['sends a chunk of another size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n'],
  ])('%s', async (_, bytes) => {
    expect(await outcome(says(bytes))).toBe('cut 200');
  });

  it('is silent', async () => {
    expect(await outcome((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel'))).toBe('cut 200');
  });
});

describe('what is no fault', () => {
  it('more than announced: the answer without it', async () => {
    expect(await outcome(says('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\n\r\nPOISON'))).toBe('200 hi');
  });

  it('an answer before the content was read', async () => {
    const early = says('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly');
    expect(await outcome(early, `POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n${'a'.repeat(300_000)}`)).toBe('200 early');
  });

  it('content of one byte at a time', async () => {
    expect(
      await outcome((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n');
        const rest = [...'hello'];
        const drip = setInterval(() => void (rest.length > 0 ? socket.write(rest.shift() ?? '') : clearInterval(drip)), 20);
      }),
    ).toBe('200 hello');
  });

  it('fifty interim answers', async () => {
    expect(await outcome(says(`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(50)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi`))).toBe('200 hi');
  });

  it('no fault sends a POST twice', async () => {
    const before = packets;
    expect(await outcome(says(''), 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi')).toBe('502');
    expect(packets).toBe(before + 1);
  });
});
