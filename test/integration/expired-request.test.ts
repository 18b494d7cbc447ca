/** A request whose record was given back to the ring can no longer be read, and an answer may be made of its own content. */
import { expect, it } from 'vitest';
import { gateway, type GatewayRequest, serve } from '../../dist/index.js';

it('reading a request after its handler answered and returned throws, and shows nobody else\'s data', async () => {
  const kept: GatewayRequest[] = [];
  const app = gateway((request, respond) => {
    kept.push(request);
    respond(200, ['content-type', 'text/plain'], request.path);
  });
  await using server = await serve({ listen: 0, app, workers: 0, log: { access: 'off' } });
  expect(await (await fetch(`${server.url}/first`)).text()).toBe('/first');
  expect(await (await fetch(`${server.url}/second`)).text()).toBe('/second');
  for (const request of kept) expect(() => request.path).toThrow(/answered and its handler has returned/);
});

it('an async handler may read its request after it answered', async () => {
  const seen: string[] = [];
  const app = gateway(async (request, respond) => {
    respond(200, [], 'early');
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(request.path);
  });
  await using server = await serve({ listen: 0, app, workers: 0, log: { access: 'off' } });
  await (await fetch(`${server.url}/kept`)).text();
  await expect.poll(() => seen).toEqual(['/kept']);
});

it('a streamed answer can be made of the request\'s own large content', async () => {
  const app = gateway((request, respond) => respond(200, [], request.body));
  await using server = await serve({ listen: 0, app, workers: 0, limits: { body: '8mb' }, log: { access: 'off' } });
  const content = Buffer.alloc(3_000_000, 'abcdefghij');
  const response = await fetch(server.url, { method: 'POST', body: content });
  expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
});
