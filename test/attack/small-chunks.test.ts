/** Content in chunks of one byte: what it costs the application follows its bytes, not the number of its chunks. */
import { expect, it } from 'vitest';
import { connected, inline } from '../support/servers.ts';

const BYTES = 100_000;
const UPLOAD = `POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(BYTES)}0\r\n\r\n`;

it('chunks of one byte reach the application put together', async () => {
  const server = await inline(async (request, respond) => {
    let [pieces, bytes] = [0, 0];
    for await (const piece of request.body) {
      pieces++;
      bytes += piece.byteLength;
    }
    respond(200, [], JSON.stringify({ pieces, bytes }));
  });
  const client = await connected(server);
  client.send(UPLOAD);
  const seen = (await client.answer()).json<{ pieces: number; bytes: number }>();
  expect(seen.bytes).toBe(BYTES);
  expect(seen.pieces).toBeLessThan(BYTES / 20);
});

it('large and small chunks keep their order', async () => {
  const server = await inline(async (request, respond) => respond(200, [], await request.body.bytes()));
  const client = await connected(server);
  const sizes = Array.from({ length: 80 }, (_, i) => [1, 3000, 17, 4096, 4095, 20_000, 2, 16_384][i % 8] as number);
  const parts = sizes.map((size, i) => String.fromCharCode(97 + (i % 26)).repeat(size));
  const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
  client.send(`POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\nGET /next HTTP/1.1\r\nHost: test\r\n\r\n`);
  expect((await client.answer()).text === parts.join('')).toBe(true);
  expect((await client.answer()).status).toBe(200);
});

it('a broken chunk among small ones breaks the content', async () => {
  const server = await inline(async (request, respond) => respond(200, [], await request.body.bytes()));
  const client = await connected(server);
  client.send(`POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(30_000)}zz\r\n`);
  expect((await client.answer()).status).toBe(400);
  await client.drained();
});
