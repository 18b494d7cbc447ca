/** after(): work that a request leaves behind. */
import { expect, it } from 'vitest';
import { after, defineApp, html, path, text } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { fixtureApp, signal, started, takeErrors } from '../support/servers.ts';

it('runs behind the answer, which does not wait for it', async () => {
  const go = signal();
  const done = signal();
  const work = async () => {
    await go.promise;
    done.resolve();
  };
  const app = defineApp({ urls: [path('', (request) => (after(request, work), text('answered')))] });
  const server = await started({ app, workers: 0 });
  expect((await ask(server.url, get('/'))).text).toBe('answered');
  go.resolve();
  await done.promise;
});

it('runs for requests that are answered with an error, and several tasks in their order', async () => {
  const order: number[] = [];
  const done = signal();
  const app = defineApp({
    urls: [
      path('', (request) => {
        after(request, () => order.push(1));
        after(request, () => (order.push(2), done.resolve()));
        throw new Error('the view failed');
      }),
    ],
  });
  const errors = takeErrors();
  const server = await started({ app, workers: 0 });
  expect((await ask(server.url, get('/'))).status).toBe(500);
  await done.promise;
  expect(order).toEqual([1, 2]);
  expect(errors()).toContain('the view failed');
});

it('that fails is in the log, with the request whose it was', async () => {
  const errors = takeErrors();
  const fail = async () => {
    throw new Error('the mail server is away');
  };
  const app = defineApp({ urls: [path('order/', (request) => (after(request, fail), html('ordered')))] });
  const server = await started({ app, workers: 0 });
  expect((await ask(server.url, get('/order/'))).status).toBe(200);
  await expect.poll(errors).toContain('what GET /order/ left to be done after its answer failed');
  expect(errors()).toContain('the mail server is away');
});

it('is waited for when the server closes, in workers too', async () => {
  const errors = takeErrors();
  const server = await started({ app: fixtureApp('after.mjs'), workers: 1 });
  expect((await ask(server.url, get('/'))).text).toBe('answered');
  await server.close();
  expect(errors()).toMatch(/the task has ended[^]*the application has stopped/);
});

it('takes a function and nothing else', async () => {
  const app = defineApp({ urls: [path('', (request) => (after(request, Promise.resolve() as never), text('')))] });
  const errors = takeErrors();
  expect((await ask((await started({ app, workers: 0 })).url, get('/'))).status).toBe(500);
  expect(errors()).toContain('after(request, task): the task is a function that does the work');
});
