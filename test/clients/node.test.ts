/** The clients that come with Node, and undici by itself: connections kept, pipelined, streamed and broken off. */
import { createHash, randomBytes } from 'node:crypto';
import { Agent as HttpAgent, get as httpGet } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { Client as UndiciClient, fetch, Agent as UndiciAgent } from 'undici';
import { beforeEach, describe, expect, it } from 'vitest';
import { atEnd } from '../support/servers.ts';
import { hasOpenssl } from '../support/tls.ts';
import { type RealSite, realSite } from './site.ts';

let site: RealSite;

beforeEach(async () => {
  if (hasOpenssl) site = await realSite();
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe.skipIf(!hasOpenssl).each(['http', 'https'] as const)('node:%s', (scheme) => {
  it('keeps its connection for 100 requests', async () => {
    const options = { keepAlive: true, maxSockets: 1, rejectUnauthorized: false };
    const [agent, request] = scheme === 'http' ? [new HttpAgent(options), httpGet] : [new HttpsAgent(options), httpsGet];
    for (let i = 0; i < 100; i++) {
      const body = await new Promise<Buffer>((resolve, reject) => {
        const pieces: Buffer[] = [];
        request(`${site[scheme]}/s/64k.bin`, { agent }, (response) => {
          response.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => resolve(Buffer.concat(pieces)));
        }).once('error', reject);
      });
      expect(body.equals(site.files['64k.bin'])).toBe(true);
    }
    agent.destroy();
    expect(site.server.stats()).toMatchObject({ connectionsAccepted: 1, requests: 100 });
  });
});

describe.skipIf(!hasOpenssl).each(['http', 'https'] as const)('undici over %s', (scheme) => {
  const connect = { rejectUnauthorized: false };

  it('gets the answers of 200 pipelined requests in their order', async () => {
    const client = new UndiciClient(site[scheme], { pipelining: 20, connect });
    atEnd(() => client.destroy());
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        // undici sends an idempotent request before the answer to the one before it.
        const { statusCode, body } = await client.request({ path: i % 2 === 0 ? `/view/${i}` : `/s/large.bin`, method: 'GET', headers: i % 2 === 0 ? {} : { range: `bytes=${i}-${i + 9}` } });
        return [statusCode, Buffer.from(await body.arrayBuffer())] as const;
      }),
    );
    for (const [i, [status, body]] of answers.entries()) {
      const expected = i % 2 === 0 ? Buffer.from(sha256(Buffer.alloc(0))) : site.files['large.bin'].subarray(i, i + 10);
      expect([status, body.equals(expected)]).toEqual([i % 2 === 0 ? 200 : 206, true]);
    }
    expect(site.server.stats()).toMatchObject({ connectionsAccepted: 1, requests: 200 });
  });

  it('fetch() takes a streamed upload and unpacks a packed file', async () => {
    const dispatcher = new UndiciAgent({ connect });
    atEnd(() => dispatcher.destroy());
    const content = randomBytes(2 * 1024 * 1024);
    async function* pieces() {
      for (let at = 0; at < content.length; at += 50_000) yield content.subarray(at, at + 50_000);
    }
    const uploaded = await fetch(`${site[scheme]}/upload`, { method: 'POST', body: pieces(), duplex: 'half', dispatcher });
    expect(await uploaded.text()).toBe(sha256(content));
    const text = await fetch(`${site[scheme]}/s/text.txt`, { dispatcher });
    expect(text.headers.get('content-encoding')).toBe('gzip');
    expect(await text.text()).toBe(site.files['text.txt'].toString());
  });

  it('fetch() may leave in the middle of a file, again and again', async () => {
    const dispatcher = new UndiciAgent({ connect });
    atEnd(() => dispatcher.destroy());
    for (let i = 0; i < 20; i++) {
      const leave = new AbortController();
      const { body } = await fetch(`${site[scheme]}/s/large.bin`, { signal: leave.signal, dispatcher });
      await body?.getReader().read();
      leave.abort();
    }
    const whole = await fetch(`${site[scheme]}/s/large.bin`, { dispatcher });
    expect(Buffer.from(await whole.arrayBuffer()).equals(site.files['large.bin'])).toBe(true);
    await dispatcher.destroy();
    await expect.poll(() => site.server.stats().connectionsOpen).toBe(0);
  });
});
