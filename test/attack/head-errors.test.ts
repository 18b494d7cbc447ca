/**
 * Broken HEAD requests: refused as others are, but without content (RFC 9110 9.3.2). A client that knows what it asked for
 * would read a refusal's text as the beginning of its next answer.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FastServer, gateway, serve } from '../../dist/index.js';
import { Client } from '../support/client.ts';

const HEAD = 'HEAD / HTTP/1.1\r\nHost: test\r\n';

const REFUSED: [string, string, number][] = [
  ['a broken version', 'HEAD / HTTP/1.x\r\nHost: test\r\n\r\n', 400],
  ['HTTP/2.0', 'HEAD / HTTP/2.0\r\nHost: test\r\n\r\n', 505],
  ['a broken target', 'HEAD /\x01 HTTP/1.1\r\nHost: test\r\n\r\n', 400],
  ['no host', 'HEAD / HTTP/1.1\r\n\r\n', 400],
  ['a broken field', `${HEAD}X-A : b\r\n\r\n`, 400],
  ['an empty line in front', `\r\n${HEAD}X-A : b\r\n\r\n`, 400],
  ['two framings', `${HEAD}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
  ['an unknown coding', `${HEAD}Transfer-Encoding: gzip\r\n\r\n`, 501],
  ['an unknown expectation', `${HEAD}Expect: 200-ok\r\n\r\n`, 417],
  ['content beyond the limit', `${HEAD}Content-Length: 99999\r\n\r\n`, 413],
  ['fields beyond the limit', `${HEAD}X-A: ${'a'.repeat(70_000)}\r\n\r\n`, 431],
  ['an end inside the head', `${HEAD}X-A: b`, 400],
];

let server: FastServer;

beforeAll(async () => {
  server = await serve({ app: gateway((_request, respond) => respond(200, [], 'text')), limits: { body: 1000 }, timeouts: { header: 500 } });
});
afterAll(() => server.close({ grace: 0 }));

describe('a HEAD with', () => {
  it.each(REFUSED)('%s is refused without content', async (_name, bytes, status) => {
    const client = await Client.connect(server.url);
    client.send(bytes);
    client.finish();
    expect((await client.answer('HEAD')).status).toBe(status);
    await client.ended();
  });

  it('a head that never ends is refused without content', async () => {
    const client = await Client.connect(server.url);
    client.send(HEAD);
    expect((await client.answer('HEAD')).status).toBe(408);
    client.finish();
    await client.ended();
  });
});

describe('a GET that is refused', () => {
  it('gets the text that says why', async () => {
    const client = await Client.connect(server.url);
    client.send('GET / HTTP/1.1\r\nX-HEAD : HEAD \r\n\r\n');
    client.finish();
    expect((await client.answer()).text).toContain('400 Bad Request');
  });
});
