/** Both sides of the gateway contract under the validator, over sockets: what the queue hands over, and what becomes of the answers. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defineApp, gateway, json, path, stream, text, type ContractViolation, type Request, validator } from '../../dist/index.js';
import { ask, get, head } from '../support/client.ts';
import { started } from '../support/servers.ts';

const LARGE = randomBytes(200_000);

const pipeline = defineApp({
  urls: [
    path('items/<int:id>/', (request: Request, { id }) => json({ id, path: request.path, cookie: request.cookies.get('b') })),
    path('echo/', async (request: Request) => text(String((await request.bytes()).byteLength))),
    path('pieces/', async (request: Request) => {
      let total = 0;
      for await (const piece of request.body) total += piece.byteLength;
      return stream([String(total)]);
    }),
  ],
});

async function serving(app: unknown): Promise<{ url: string; violations: ContractViolation[] }> {
  const violations: ContractViolation[] = [];
  const server = await started({ app: validator(app, { onViolation: (violation) => violations.push(violation) }) as never, workers: 0 });
  return { url: server.url, violations };
}

describe('the server and the pipeline', () => {
  it('keep the contract with parameters, repeated fields, and content of every kind', async () => {
    const { url, violations } = await serving(pipeline);
    const item = await ask(url, get('/items/7/?q=%20', 'Cookie: a=1', 'Cookie: b=2', 'X-A: 1', 'x-a: 2', 'X-Bytes: \u00e4'));
    expect(item.json()).toEqual({ id: 7, path: '/items/7/', cookie: '2' });
    expect((await ask(url, head('HEAD', '/items/7/'), 'HEAD')).status).toBe(200);
    for (const target of ['/echo/', '/pieces/']) {
      for (const content of [Buffer.alloc(0), Buffer.from('small'), LARGE]) {
        const response = await fetch(url + target, { method: 'POST', body: content });
        expect(await response.text()).toBe(String(content.byteLength));
      }
      const chunked = new ReadableStream({ start: (controller) => (controller.enqueue(LARGE), controller.enqueue(Buffer.from('end')), controller.close()) });
      const response = await fetch(url + target, { method: 'POST', body: chunked, duplex: 'half' } as RequestInit);
      expect(await response.text()).toBe(String(LARGE.byteLength + 3));
    }
    expect(violations.map(({ message }) => message)).toEqual([]);
  });
});

it('an application that breaks the contract is named, and answered as without the validator', async () => {
  const { url, violations } = await serving(
    gateway((_request, respond) => {
      respond(200, ['Date', 'yesterday'], 'first');
      respond(200, [], 'second');
    }),
  );
  expect((await ask(url, get('/'))).text).toBe('first');
  expect(violations.map(({ side, rule }) => `${side} ${rule}`)).toEqual(['application G19', 'application G15']);
});
