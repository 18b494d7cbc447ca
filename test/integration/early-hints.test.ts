/** 103 Early Hints of applications (RFC 8297): before the answer, to those who can hear of them. */
import { nodeListener } from '../../dist/node/index.js';
import { describe, expect, it } from 'vitest';
import { defineApp, type FastServer, path, text } from '../../dist/index.js';
import { get } from '../support/client.ts';
import { connected, fixtureApp, inline, signal, started, takeErrors } from '../support/servers.ts';

const CSS = '</site.css>; rel=preload; as=style';
const FONT = '</a.woff2>; rel=preload; as=font';

/** What a client hears first, and the answer behind it. */
async function heard(server: FastServer, path = '/') {
  const client = await connected(server);
  client.send(get(path));
  const hints = await client.head();
  return { hints, answer: await client.answer() };
}

function linesOf({ fields }: { fields: readonly (readonly [string, string])[] }): string[] {
  return fields.map(([name, value]) => `${name.toLowerCase()}: ${value}`);
}

describe('hints of an application', () => {
  it('arrive while the view still works', async () => {
    const go = signal();
    const server = await inline(async (request, respond) => {
      request.sendHints?.(['Link', CSS]);
      await go.promise;
      respond(200, [], 'page');
    });
    const client = await connected(server);
    client.send(get('/'));
    const hints = await client.head();
    expect([hints.status, hints.reason, linesOf(hints)]).toEqual([103, 'Early Hints', [`link: ${CSS}`]]);
    go.resolve();
    expect(await client.answer()).toMatchObject({ status: 200, text: 'page' });
  });

  it('leave a worker whose view holds its thread', async () => {
    const server = await started({ app: fixtureApp('hints.mjs'), workers: 1 });
    const client = await connected(server);
    client.send(get('/'));
    expect((await client.head()).status).toBe(103);
    const at = performance.now();
    expect((await client.answer()).text).toBe('computed');
    expect(performance.now() - at).toBeGreaterThan(100);
  });

  it('come from views with request.sendEarlyHints(), a line for each link', async () => {
    const app = defineApp({ urls: [path('', (request) => (request.sendEarlyHints([CSS, FONT]), text('page')))] });
    const { hints, answer } = await heard(await started({ app, workers: 0 }));
    expect(linesOf(hints)).toEqual([`link: ${CSS}`, `link: ${FONT}`]);
    expect(answer.text).toBe('page');
  });

  it('come from fetch handlers with info.sendEarlyHints()', async () => {
    const app = { fetch: (_request: Request, info: { sendEarlyHints(links: string): void }) => (info.sendEarlyHints(CSS), new Response('page')) };
    const { hints, answer } = await heard(await started({ app, workers: 0 }));
    expect([linesOf(hints), answer.text]).toEqual([[`link: ${CSS}`], 'page']);
  });

  it("come from Node listeners with node:http's writeEarlyHints(), whose callback is called", async () => {
    const called = signal();
    const app = nodeListener((_request, response) => {
      response.writeEarlyHints({ link: [CSS, FONT], 'x-trace': 'a' }, called.resolve);
      response.end('page');
    });
    const { hints, answer } = await heard(await started({ app, workers: 0 }));
    expect([linesOf(hints), answer.text]).toEqual([[`link: ${CSS}, ${FONT}`, 'x-trace: a'], 'page']);
    await called.promise;
  });

  it('may be several, each an answer of its own', async () => {
    const server = await inline((request, respond) => {
      for (const link of [CSS, FONT]) request.sendHints?.(['Link', link]);
      respond(200, [], 'page');
    });
    const client = await connected(server);
    client.send(get('/'));
    expect([linesOf(await client.head()), linesOf(await client.head())]).toEqual([[`link: ${CSS}`], [`link: ${FONT}`]]);
    expect((await client.answer()).text).toBe('page');
  });

  it('keep their place on a connection where earlier requests are not answered yet', async () => {
    const go = signal();
    const server = await inline(async (request, respond) => {
      if (request.path === '/first') await go.promise;
      else request.sendHints?.(['Link', CSS]);
      respond(200, [], request.path);
      go.resolve();
    });
    const client = await connected(server);
    client.send(get('/first') + get('/second'));
    expect((await client.answer()).text).toBe('/first');
    expect((await client.head()).status).toBe(103);
    expect((await client.answer()).text).toBe('/second');
  });
});

describe('no hints', () => {
  it('go to a client of HTTP/1.0', async () => {
    const server = await inline((request, respond) => {
      request.sendHints?.(['Link', CSS]);
      respond(200, [], 'page');
    });
    const client = await connected(server);
    client.send('GET / HTTP/1.0\r\n\r\n');
    expect(await client.answer()).toMatchObject({ status: 200, text: 'page' });
  });

  it('follow an answer', async () => {
    const server = await inline((request, respond) => {
      respond(200, [], request.path);
      request.sendHints?.(['Link', CSS]);
    });
    const client = await connected(server);
    client.send(get('/1') + get('/2'));
    expect([(await client.answer()).text, (await client.answer()).text]).toEqual(['/1', '/2']);
  });

  it('carry what would break the message, or frame it', async () => {
    const server = await inline((request, respond) => {
      const refusals = [['Link', 'a\r\nX: y'], ['a b', 'c'], ['Link']].map((fields) => {
        try {
          request.sendHints?.(fields);
          return 'sent';
        } catch (error) {
          return (error as Error).name;
        }
      });
      request.sendHints?.(['Content-Length', '5', 'Transfer-Encoding', 'chunked', 'Link', CSS]);
      respond(200, [], refusals.join());
    });
    const { hints, answer } = await heard(server);
    expect(linesOf(hints)).toEqual([`link: ${CSS}`]);
    expect(answer.text).toBe('TypeError,TypeError,TypeError');
  });

  it('come without end: a client that does not read would have them all in memory', async () => {
    const errors = takeErrors();
    const server = await inline((request) => {
      for (;;) request.sendHints?.(['Link', CSS]);
    });
    const client = await connected(server);
    client.send(get('/'));
    for (let i = 0; i < 16; i++) expect((await client.head()).status).toBe(103);
    expect((await client.answer()).status).toBe(500);
    expect(errors()).toContain('sendHints(): a request has at most 16 of them');
  });
});
