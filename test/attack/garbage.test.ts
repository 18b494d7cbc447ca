/** Bytes that are no HTTP, from a fixed seed: each connection gets a 4xx (or silence) and its end; the server lives on. */
import { describe, expect, it } from 'vitest';
import { Client, CutError, get } from '../support/client.ts';
import { fixtureApp } from '../support/servers.ts';
import { inParallel, Random } from '../support/random.ts';
import { type Victim, victim } from '../support/victim.ts';

const MIB = 1024 * 1024;

/** Sends the bytes, half-closes, and gives the statuses of everything that comes back. */
async function statusesOf(server: Victim, bytes: Uint8Array): Promise<number[]> {
  const client = await Client.connect(server.url);
  client.send(bytes);
  client.finish();
  const statuses: number[] = [];
  try {
    for (;;) statuses.push((await client.answer()).status);
  } catch (error) {
    if (!(error instanceof CutError) || error.answer !== undefined) throw error;
  } finally {
    client.destroy();
  }
  return statuses;
}

function noise(random: Random): Buffer {
  const length = 1 + random.below(random.pick([10, 200, 3000]));
  switch (random.below(4)) {
    case 0:
      return random.bytes(length);
    case 1:
      return Buffer.from(Uint8Array.from({ length }, () => 0x20 + random.below(95)));
    case 2:
      return Buffer.from(Array.from({ length }, () => random.pick(['GET', ' ', '/', 'HTTP/1.1', '\r\n', '\n', ':', '\0', 'Host', '\r\n\r\n'])).join(''), 'latin1');
    default:
      return Buffer.concat([Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n'), random.bytes(length)]);
  }
}

describe('2,000 connections of noise', () => {
  it('get nothing but 4xx and their end', async () => {
    const server = await victim({ app: fixtureApp('hello.mjs'), workers: 1 });
    await server.alive();
    const [random, memory] = [new Random(77), await server.memory()];
    await inParallel(2000, 25, async () => {
      const bytes = noise(random);
      for (const status of await statusesOf(server, bytes)) {
        if (status !== 505 && (status < 400 || status > 499)) throw new Error(`${status} for ${JSON.stringify(bytes.toString('latin1'))}`);
      }
    });
    await server.alive();
    expect((await server.memory()) - memory).toBeLessThan(32 * MIB);
  }, 30_000);
});

const SEEDS = [
  get('/', 'Accept: */*', 'Cookie: a=b', 'User-Agent: seed'),
  'POST /p?q=1 HTTP/1.1\r\nHost: seed\r\nContent-Length: 11\r\nContent-Type: text/plain\r\n\r\nhello world',
  'POST / HTTP/1.1\r\nHost: seed\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nTrailer: x\r\n\r\n',
  'HEAD http://seed:80/a/../b%20c HTTP/1.1\r\nHost: seed:80\r\nIf-None-Match: "x"\r\nRange: bytes=0-1\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: seed\r\n\r\n',
  'PUT /x HTTP/1.1\r\nHost: [::1]\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc',
  'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n',
];
const TOKENS = ['\r\n', '\n', '\r', ' ', '\t', ':', '\0', '%', '%00', '%2e%2e/', '0', '-1', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', 'Host: b\r\n', 'Connection: close\r\n', 'HTTP/1.1', 'ffffffffffffffff', ';', '"', '\xff'];

/** One to four small changes. */
function mutated(random: Random): Buffer {
  let bytes = Buffer.from(random.pick(SEEDS), 'latin1');
  for (let change = random.below(4); change >= 0; change--) {
    const [at, to] = [random.below(bytes.length + 1), random.below(bytes.length + 1)];
    const [from, until] = at < to ? [at, to] : [to, at];
    const insert = [
      () => Buffer.from([random.below(256)]),
      () => Buffer.from(random.pick(TOKENS), 'latin1'),
      () => bytes.subarray(from, Math.min(until, from + 40)),
      () => Buffer.alloc(0),
    ];
    const removed = random.below(3) === 0 ? Math.min(until, from + 1 + random.below(8)) : from;
    bytes = Buffer.concat([bytes.subarray(0, from), random.pick(insert)(), bytes.subarray(removed)]);
  }
  return bytes;
}

describe('5,000 mutated requests', () => {
  it('never cause a failure of the server: no 5xx but the parser\'s own 501 and 505, bounded memory', async () => {
    const server = await victim({ app: fixtureApp('digest.mjs'), workers: 1, limits: { body: 10_000 } });
    const random = new Random(4711);
    const round = (count: number) =>
      inParallel(count, 25, async () => {
        const bytes = mutated(random);
        const shown = JSON.stringify(bytes.toString('latin1'));
        // A HEAD among them would leave the reader waiting for content that rightly does not come.
        if (bytes.includes('HEAD ')) return void (await rawStatus(server, bytes));
        for (const status of await statusesOf(server, bytes).catch((error: unknown) => Promise.reject(new Error(`${String(error)} for ${shown}`)))) {
          if (status >= 500 && status !== 501 && status !== 505) throw new Error(`${status} for ${shown}`);
        }
      });
    await round(500);
    await server.alive();
    const memory = await server.memory();
    await round(4500);
    await server.alive();
    expect((await server.memory()) - memory).toBeLessThan(32 * MIB);
  }, 60_000);
});

/** Only that the connection ends, with what looks like answers. */
async function rawStatus(server: Victim, bytes: Uint8Array): Promise<void> {
  const client = await Client.connect(server.url);
  client.send(bytes);
  client.finish();
  await client.drained();
  const text = client.unread.toString('latin1');
  client.destroy();
  if (text !== '' && !text.startsWith('HTTP/1.1 ')) throw new Error(`${text} for ${bytes}`);
  if (/^HTTP\/1\.1 50[0234]/m.test(text)) throw new Error(text);
}
