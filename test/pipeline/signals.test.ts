/** Signals as channels of node:diagnostics_channel. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, expect, test } from 'vitest';
import { html, type Middleware, type RequestErrorMessage, type RequestFinishMessage, type RequestStartMessage } from '../../src/index.ts';
import { run } from './helpers.ts';

const heard: string[] = [];
const listeners: [string, (message: unknown) => void][] = [
  ['fastserve.request.start', (message) => void heard.push(`start ${(message as RequestStartMessage).request.path}`)],
  ['fastserve.request.finish', (message) => void heard.push(`finish ${(message as RequestFinishMessage).request.path} ${(message as RequestFinishMessage).response.status}`)],
  ['fastserve.request.error', (message) => void heard.push(`error ${(message as RequestErrorMessage).error.message}`)],
];

function listen(): void {
  for (const [name, listener] of listeners) subscribe(name, listener);
}

afterEach(() => {
  for (const [name, listener] of listeners) unsubscribe(name, listener);
  heard.length = 0;
});

test('tell of a request before the first middleware and behind the last', async () => {
  const layer: Middleware = async (_request, next) => {
    heard.push('middleware');
    return next();
  };
  const { get } = await run({ middleware: [layer], view: () => html('x', { status: 201 }) });
  listen();
  await get('/');
  expect(heard).toEqual(['start /', 'middleware', 'finish / 201']);
});

test('come in the same order while nothing is asynchronous', async () => {
  const { get } = await run({});
  listen();
  expect((await get('/')).wasSync).toBe(true);
  expect(heard).toEqual(['start /', 'finish / 200']);
});

test('tell of errors that are answered with 500, and of no others', async () => {
  const { get } = await run({
    view: () => {
      throw new RangeError('lost');
    },
  });
  listen();
  await get('/');
  await get('/missing/');
  expect(heard).toEqual(['start /', 'error lost', 'finish / 500', 'start /missing/', 'finish /missing/ 404']);
});

test('cost nothing when nobody listens', async () => {
  const { get } = await run({});
  await get('/');
  expect(heard).toEqual([]);
});
