/** More work than workers can do, and clients that leave: excess is refused at once, the rest is answered in order, nothing stays. */
import { describe, expect, it } from 'vitest';
import { Client, get } from '../support/client.ts';
import { connected } from '../support/servers.ts';
import { inParallel, Random } from '../support/random.ts';
import { Host } from './host.ts';
import { file, Load, type Visit, view } from './load.ts';

const SLOW_MS = 50;
const slow: Visit = { name: 'slow', request: (token) => get(`/slow/${SLOW_MS}?${token}`), isRight: (answer) => answer.text === `alive /slow/${SLOW_MS}` };

describe('ten times as many requests as there is room for', () => {
  it('get 503 with Retry-After at once, or their answer in the time that the line takes', async () => {
    const host = await Host.start({ workers: 1, limits: { inFlight: 2, queued: 10 } });
    const before = await host.held();
    const load = new Load(host.url, { clients: 120, visits: [slow], pauseMs: 20 });
    const files = new Load(host.url, { clients: 2, visits: [file] });
    await load.served(20, 'slow');
    const refused = await refusal(host.url);
    load.worstMs('slow');
    files.worstMs('file');
    await load.served(40, 'slow');
    expect(load.worstMs('slow')).toBeLessThan(3000);
    expect(files.worstMs('file')).toBeLessThan(1000);
    expect([refused.field('retry-after'), refused.field('connection')]).toEqual(['1', undefined]);
    const { queued, rejectedQueueFull } = await host.stats();
    expect(queued).toBeLessThanOrEqual(10);
    const tally = await load.end('slow 503');
    expect(rejectedQueueFull).toBeGreaterThan(0);
    expect(tally['slow 503']).toBeGreaterThan(tally['slow 200'] as number);
    await files.end();
    await host.settled(before);
  });

  it('are answered in the order in which they came', async () => {
    const host = await Host.start({ workers: 1, limits: { inFlight: 1, queued: 100 } });
    const order: number[] = [];
    const clients = await Promise.all(Array.from({ length: 20 }, () => connected(host.url)));
    const answers = [];
    for (const [index, client] of clients.entries()) {
      client.send(get(`/slow/10?${index}`));
      const { requests } = await host.stats();
      if (requests < index + 1) await expect.poll(async () => (await host.stats()).requests, { interval: 2 }).toBe(index + 1);
      answers.push(client.answer().then(({ status }) => order.push(status === 200 ? index : -1)));
    }
    await Promise.all(answers);
    expect(order).toEqual(clients.map((_client, index) => index));
  });
});

/** The first 503 that a client gets. */
async function refusal(url: string) {
  const client = await connected(url);
  for (;;) {
    client.send(get('/slow/1'));
    const answer = await client.answer();
    if (answer.status === 503) return answer;
    expect(answer.status).toBe(200);
  }
}

describe('a crowd that leaves', () => {
  it('from the line and from inside workers leaves nothing behind, and nobody else notices', async () => {
    const host = await Host.start({ limits: { inFlight: 20 } });
    const load = new Load(host.url, { clients: 8, visits: [view, file] });
    await load.served(20, 'view', 'file');
    const before = await host.held();
    const random = new Random(10);
    const [began, { requestsToWorkers }] = [performance.now(), await host.stats()];
    await inParallel(400, 100, async () => {
      const client = await Client.connect(host.url);
      client.send(get('/slow/400').repeat(1 + random.below(3)));
      await new Promise((resolve) => setTimeout(resolve, random.below(30)));
      if (random.below(2) === 0) client.reset();
      else client.destroy();
    });
    await expect.poll(async () => (await host.stats()).queued, { timeout: 20_000 }).toBeLessThan(20);
    await load.served(20, 'view', 'file');
    const tally = await load.end();
    await expect.poll(async () => (await host.stats()).inFlight, { timeout: 20_000 }).toBe(0);
    // 800 requests on average; two workers begin 40 of them every 400 ms.
    const abandoned = (await host.stats()).requestsToWorkers - requestsToWorkers - (tally['view 200'] as number);
    expect(abandoned).toBeLessThan(80 + ((performance.now() - began) / 400) * 40);
    await host.settled(before);
  });
});
