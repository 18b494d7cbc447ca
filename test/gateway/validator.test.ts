/** The validator of the gateway contract: it names what either side does wrong, and finds nothing in the adapters that ship. */
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { describe, expect, test } from 'vitest';
import { adaptApplication } from '../../src/gateway/adapters/index.ts';
import type { GatewayApplication, GatewayRequest, RawApplication, Respond } from '../../src/gateway/contract.ts';
import { PlainRequest, type PlainRequestInit } from '../../src/gateway/inject/plain-request.ts';
import { checkContract } from '../../src/gateway/validator/check-contract.ts';
import { ContractViolation, defineApp, defineHead, eventStream, gateway, inject, json, path, render, stream, templates, text, testClient, validator } from '../../src/index.ts';

type Rules = string[];

/** Rules that were broken while an application answered one request, with the side: "application G15". */
async function broken(application: RawApplication, init: Partial<PlainRequestInit> = {}, respond: Respond = () => {}): Promise<Rules> {
  const rules: Rules = [];
  const running = adaptApplication(validator(gateway(application), { onViolation: ({ side, rule }) => rules.push(`${side} ${rule}`) }));
  const request = new PlainRequest({ target: '/a?b', fields: ['Host', 'a.org', 'X-A', '1', 'x-a', '2'], routeId: -1, ...init });
  await Promise.resolve(running.handle(request, respond)).catch(() => {});
  return rules;
}

const readAll = async (_status: number, _fields: unknown, body: unknown): Promise<void> => {
  for await (const piece of body as AsyncIterable<unknown>) void piece;
};

describe('what an application does wrong is named by its rule', () => {
  test.each<[string, RawApplication, Rules]>([
    ['answers twice', (_request, respond) => { respond(200, [], 'a'); respond(200, [], 'b'); }, ['application G15', 'server G15']],
    ['a status that is none', (_request, respond) => respond(99, [], null), ['application G16']],
    ['a name without a value', (_request, respond) => respond(200, ['a'], null), ['application G16']],
    ['a line break in a field', (_request, respond) => respond(200, ['a', 'x\r\ny: z'], null), ['application G16']],
    ['fields as an object', (_request, respond) => respond(200, { a: 'b' } as never, null), ['application G17']],
    ['a body that is a number', (_request, respond) => respond(200, [], 5 as never), ['application G18']],
    ['a body that is an object', (_request, respond) => respond(200, [], {} as never), ['application G18']],
    ["fields that are the server's", (_request, respond) => respond(200, defineHead(['Date', 'now']), null), ['application G19']],
    ['a length that is none', (_request, respond) => respond(200, ['content-length', 'ten'], null), ['application G19']],
    ['a promise without an answer', async () => {}, ['application G26']],
    ['a value in the place of an answer', (() => 'hello') as never, ['application G26']],
    ['a name in capitals', (request, respond) => respond(200, [], String(request.field('Host'))), ['application G7']],
  ])('%s', async (_what, application, rules) => {
    expect(await broken(application)).toEqual(rules);
  });

  test('content that is read twice', async () => {
    const twice: RawApplication = async (request, respond) => {
      await request.body.bytes();
      await request.body.bytes().catch(() => {});
      respond(200, [], null);
    };
    expect(await broken(twice, { body: Buffer.from('x') })).toEqual(['application G11']);
  });

  test('a request that is read after it was answered within its call', async () => {
    let kept: GatewayRequest | undefined;
    const rules = await broken((request, respond) => {
      kept = request;
      respond(200, [], 'x');
    });
    expect(() => kept?.path).toThrow(/expired|answered/i);
    expect(rules).toEqual(['application G10']);
  });

  test('a request that is read when the promise of its handler is settled', async () => {
    let kept: GatewayRequest | undefined;
    const rules = await broken(async (request, respond) => {
      kept = request;
      respond(200, [], 'x');
    });
    expect(() => kept?.path).toThrow(/expired|answered/i);
    expect(rules).toEqual(['application G10']);
  });

  test.each<[string, unknown[], Rules]>([
    ['ends early', ['ab'], ['application G24']],
    ['goes on for too long', ['ab', 'cd', 'ef'], ['application G24']],
    ['has a piece of another kind', ['abc', 5], ['application G18', 'application G24']],
    ['is as long as announced', ['ä', Buffer.from('bc')], []],
  ])('a stream that %s', async (_what, pieces, rules) => {
    let read: Promise<void> | undefined;
    const application: RawApplication = (_request, respond) => respond(200, ['content-length', '4'], (async function* () { yield* pieces as string[]; })());
    const found: Rules = [];
    const running = adaptApplication(validator(gateway(application), { onViolation: ({ side, rule }) => found.push(`${side} ${rule}`) }));
    void running.handle(new PlainRequest({ target: '/', fields: ['Host', 'a'], routeId: -1 }), (...answer) => void (read = readAll(...answer)));
    await read;
    expect(found).toEqual(rules);
  });
});

describe('what a server does wrong is named by its rule', () => {
  const fine: RawApplication = (_request, respond) => respond(200, [], null);
  const request = (changes: Partial<Record<keyof GatewayRequest, unknown>>): GatewayRequest =>
    new Proxy(new PlainRequest({ target: '/a?b', fields: ['Host', 'a.org'], routeId: -1 }), {
      get: (target, name) => {
        if (Object.hasOwn(changes, name)) return changes[name as keyof GatewayRequest];
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });

  test.each<[string, Partial<Record<keyof GatewayRequest, unknown>>, string]>([
    ['a method that is no token', { method: 'G ET' }, 'server G6'],
    ['dot segments', { path: '/a/../b' }, 'server G6'],
    ["another target's query", { query: 'c' }, 'server G6'],
    ['TRACE', { method: 'TRACE' }, 'server G9'],
    ['a route that there is not', { routeId: 7 }, 'server G8'],
    ['parameters without a route', { paramCount: 2 }, 'server G8'],
    ['fields that differ from their lines', { field: () => 'other' }, 'server G7'],
    ['a transfer coding', { rawFields: () => ['Transfer-Encoding', 'chunked'], field: () => 'chunked' }, 'server G7'],
    ['a length that is not that of the content', { body: { length: 5, available: Buffer.from('abc') } }, 'server G11'],
  ])('%s', async (_what, changes, rule) => {
    const rules: Rules = [];
    const running = adaptApplication(validator(gateway(fine), { onViolation: (violation) => rules.push(`${violation.side} ${violation.rule}`) }));
    await running.handle(request(changes), () => {});
    expect(rules).toContain(rule);
  });

  test('content that ends early and looks complete', async () => {
    const short = { length: 5, available: undefined, bytes: async () => Buffer.from('abc') };
    const rules: Rules = [];
    const running = adaptApplication(validator(gateway(async ({ body }, respond) => respond(200, [], await body.bytes())), { onViolation: ({ rule }) => rules.push(rule) }));
    await running.handle(request({ body: short }), () => {});
    expect(rules).toEqual(['G13']);
  });
});

const page = templates({ sources: { 'page.html': 'hello' } });
const pieces = async function* () {
  yield 'a';
  yield Buffer.from('b');
};
const koa = new Koa().use((context) => { context.body = 'hello'; });

/** One of each form that an application may have. */
const FORMS: readonly [string, unknown][] = [
  [
    'a pipeline',
    defineApp({
      templates: page,
      urls: [
        path('', (request) => render(request, 'page.html')),
        path('json/', () => json({ a: 1 })),
        path('stream/', () => stream(pieces())),
        path('events/', (request) => eventStream(request, (async function* () { yield 'a'; })())),
        path('echo/', async (request) => text(await request.text()), { methods: ['POST'] }),
      ],
    }),
  ],
  ['a fetch handler', { fetch: (request: globalThis.Request) => new Response(request.method === 'HEAD' ? null : 'hello') }],
  ['Hono', new Hono().get('/', (context) => context.text('hello'))],
  ['the raw form', gateway((_request, respond) => respond(200, ['content-type', 'text/plain'], 'hello'))],
  ['Express', express().get('/', (_request, response) => void response.send('hello'))],
  ['Koa', koa],
  ['Fastify', fastify().get('/', () => 'hello')],
];

describe.each(FORMS)('%s', (_name, application) => {
  test('keeps the contract', async () => {
    const running: GatewayApplication = adaptApplication(application);
    await running.start?.({ debug: false, onError: () => {} });
    const { requests, violations } = await checkContract(running);
    expect(violations.map(({ message }) => message)).toEqual([]);
    expect(requests).toContain('GET /');
  });

  test('answers through a validator as without one', async () => {
    const violations: ContractViolation[] = [];
    const answer = await inject(validator(application, { onViolation: (violation) => violations.push(violation) }), '/');
    expect([answer.status, answer.text()]).toEqual([200, 'hello']);
    expect(violations).toEqual([]);
  });
});

test('a validator works under the test client', async () => {
  const [, pipeline] = FORMS[0] as [string, unknown];
  const client = testClient(validator(pipeline));
  expect((await client.get('/')).templatesUsed).toEqual(['page.html']);
});

describe('checkContract()', () => {
  test('names the request that an application throws at, is late with, or streams wrongly', async () => {
    const application = adaptApplication(
      gateway((request, respond) => {
        if (request.path === '/') throw new RangeError('not today');
        if (request.method === 'GET') respond(200, [], (async function* () { yield 'a'; throw new Error('half way'); })());
      }),
    );
    const { violations } = await checkContract(application, { answerMs: 50 });
    expect(violations.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      expect.stringMatching(/^G25: .*it threw: not today \(GET \/\)$/),
      expect.stringMatching(/^G25: .*\(HEAD \/\)$/),
      expect.stringMatching(/^G24: .*its stream threw: half way \(GET \/fastserve-check\/no-such-page\)$/),
      expect.stringMatching(/^G26: .*no answer within 50 ms \(HEAD /),
    ]);
  });

  test('leaves a feed that never ends after a look', async () => {
    let isLeft = false;
    const feed = async function* () {
      try {
        for (;;) yield 'tick';
      } finally {
        isLeft = true;
      }
    };
    const { violations } = await checkContract(adaptApplication(gateway((_request, respond) => respond(200, [], feed()))));
    expect([violations, isLeft]).toEqual([[], true]);
  });
});
