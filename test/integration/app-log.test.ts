/** What applications log and print in workers: which lines it becomes, and that none is lost, mixed up or without bound. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { LogConfig } from '../../dist/index.js';
import { get } from '../support/client.ts';
import { connected, directoryWith, started, takeErrors } from '../support/servers.ts';

const APP = `
import { defineApp, log, path, requestId } from 'fastserve';

console.log('loaded');
let open = 0;

export default defineApp({
  middleware: [requestId({ trust: true })],
  urls: [
    path('all/', (request) => {
      log.debug('d');
      log.info('order placed', { order: 17n, items: ['a', 'b'] });
      console.warn('two\\nlines %d', 5);
      process.stdout.write('begun, ');
      console.error('between');
      process.stdout.write(Buffer.from('ended\\nrest'));
      process.stdout.write('\\n');
      request.log.error('failed', new TypeError('why'));
      log.info('{"level":"error"}\\u001b[2J');
      return 'logged';
    }),
    path('circle/', () => {
      const circle: Record<string, unknown> = { name: 'round' };
      circle.self = circle;
      log.info('circle', circle);
      log.info('getter', { get broken(): never { throw new Error('no'); } });
      log.info('long', { text: 'x'.repeat(100_000) });
      log.info('y'.repeat(100_000));
      return 'logged';
    }),
    path('exit/', () => {
      for (let i = 0; i < 500; i++) console.log('before the end', i);
      process.stdout.write('last words');
      process.exit(3);
    }),
    path('flood/', () => {
      setTimeout(() => {
        for (let i = 0; i < 20_000; i++) console.log('flood', i, 'z'.repeat(60));
      }, 300);
      return 'soon';
    }),
    path('parts/', async () => {
      while (open++ < 50) {
        process.stdout.write('part,');
        await new Promise((resolve) => setImmediate(resolve));
        process.stdout.write('part\\n');
      }
      return 'printed';
    }),
  ],
});
`;

interface Line {
  level: string;
  worker: number;
  pool: string;
  message: string;
  request?: string;
  trace?: string;
  fields?: Record<string, unknown>;
}

async function site(log: LogConfig = {}, workers = 1) {
  const directory = await directoryWith({ 'app.ts': APP });
  const errors = takeErrors();
  const server = await started({ app: join(directory, 'app.ts'), workers, timeouts: { quarantine: 0 }, log });
  const ask = async (path: string, ...fields: string[]) => {
    const client = await connected(server);
    client.send(get(path, ...fields));
    return client;
  };
  // The error log's own entries are no JSON.
  const lines = () => errors().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
  return { errors, lines, ask };
}

it('what is logged and printed becomes one line each, in order, with its level, worker and pool', async () => {
  const { lines, ask } = await site();
  await ask('/all/', 'X-Request-Id: r-17', `traceparent: 00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`);
  await expect.poll(() => lines().length, { timeout: 20_000 }).toBe(8);
  expect(lines().map(({ level, message }) => [level, message])).toEqual([
    ['info', 'loaded'],
    ['info', 'order placed'],
    ['warn', 'two\nlines 5'],
    ['error', 'between'],
    ['info', 'begun, ended'],
    ['info', 'rest'],
    ['error', 'failed'],
    ['info', '{"level":"error"}\u001b[2J'],
  ]);
  expect(lines().every(({ worker, pool }) => worker === 0 && pool === 'default')).toBe(true);
  expect(lines()[1]?.fields).toEqual({ order: '17', items: ['a', 'b'] });
  expect(lines()[1]).not.toHaveProperty('request');
  expect(lines()[6]).toMatchObject({ request: 'r-17', trace: 'a'.repeat(32), fields: { error: { name: 'TypeError', message: 'why' } } });
});

it('fields that JSON cannot say, and texts and fields that are too long, still make a line', async () => {
  const { lines, ask } = await site();
  await ask('/circle/');
  await expect.poll(() => lines().length, { timeout: 20_000 }).toBe(5);
  const [, circle, getter, long, text] = lines();
  expect(circle?.fields?.['inspected']).toContain("name: 'round'");
  expect(getter?.fields).toHaveProperty('inspected');
  expect(long?.fields).toEqual({ omitted: '100011 characters' });
  expect(text?.message).toMatch(/^y{65536}\.\.\. \(34464 more characters\)$/);
});

it('entries below log.level are dropped, printed ones too; "debug" has them all', async () => {
  const quiet = await site({ level: 'warn' });
  await quiet.ask('/all/');
  await expect.poll(() => quiet.lines().map(({ level }) => level), { timeout: 20_000 }).toEqual(['warn', 'error', 'error']);
  const all = await site({ level: 'debug' });
  await all.ask('/all/');
  await expect.poll(() => all.lines().map(({ message }) => message), { timeout: 20_000 }).toContain('d');
});

it('pretty lines show fields, ids and stacks to people, and no control characters to their terminals', async () => {
  const { errors, ask } = await site({ app: 'pretty' });
  await ask('/all/', 'X-Request-Id: r-17');
  await expect.poll(errors, { timeout: 20_000 }).toContain('\\u001b[2J\n');
  expect(errors()).toMatch(/^\S+Z info w0 order placed order=17 items=\["a","b"\]$/m);
  expect(errors()).toMatch(/^\S+Z warn w0 two\n {4}lines 5$/m);
  expect(errors()).toMatch(/^\S+Z error w0 failed error="why" id=r-17 trace=[0-9a-f]{32}\n {4}TypeError: why\n {4}at /m);
});

it('a worker that ends its process has said all that it printed', async () => {
  const { errors, lines, ask } = await site();
  await ask('/exit/');
  await expect.poll(errors, { timeout: 20_000 }).toMatch(/worker 0 died/);
  const said = lines().map(({ message }) => message);
  expect(said.slice(1, 502)).toEqual([...Array.from({ length: 500 }, (_, i) => `before the end ${i}`), 'last words']);
});

it('a flood is bounded: what was dropped is counted in its place', async () => {
  const { lines, ask } = await site();
  const client = await ask('/flood/');
  expect((await client.answer()).status).toBe(200);
  // The main thread, which is the test's, takes nothing meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
  const total = () => lines().slice(1).reduce((sum, { fields }) => sum + Number(fields?.['dropped'] ?? 1), 0);
  await expect.poll(total, { timeout: 30_000 }).toBe(20_000);
  expect(lines().filter(({ fields }) => fields?.['dropped'] !== undefined).length).toBeGreaterThan(0);
  const numbers = lines().flatMap(({ message }) => /^flood (\d+) /.exec(message)?.[1] ?? []).map(Number);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});

it('lines that several workers print in pieces are never mixed', async () => {
  const { lines, ask } = await site({}, 2);
  await Promise.all([ask('/parts/'), ask('/parts/'), ask('/parts/'), ask('/parts/')]);
  await expect.poll(() => lines().filter(({ message }) => message.startsWith('part')).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(50);
  for (const worker of [0, 1]) {
    const printed = lines().filter((line) => line.worker === worker && line.message !== 'loaded').map(({ message }) => message);
    expect(printed.every((message) => /^(part,?)+$/.test(message))).toBe(true);
  }
});
