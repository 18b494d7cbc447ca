import { expect, test } from 'vitest';
import { buildContext, type ContextProcessor } from '../../../src/pipeline/context/index.ts';

const request = {} as Parameters<ContextProcessor>[0];

test('later processors win over earlier ones and the view wins over all', () => {
  const processors = [() => ({ a: 1, b: 1, c: 1 }), () => ({ b: 2, c: 2 })];
  expect(buildContext(processors, request, { c: 3 })).toEqual({ a: 1, b: 2, c: 3 });
});

test('an asynchronous processor keeps its place', async () => {
  const processors: ContextProcessor[] = [() => ({ a: 1 }), async () => ({ a: 2, b: 2 }), () => ({ b: 3 }), async () => ({ c: 4 })];
  const context = buildContext(processors, request, { d: 5 });
  expect(context).toBeInstanceOf(Promise);
  expect(await context).toEqual({ a: 2, b: 3, c: 4, d: 5 });
});

test('neither the view context nor what a processor gave is changed', () => {
  const shared = { a: 1 };
  const own = { b: 2 };
  buildContext([() => shared], request, own);
  expect([shared, own]).toEqual([{ a: 1 }, { b: 2 }]);
});

test('a processor that gives nothing is named', async () => {
  const user = (): object => undefined as never;
  expect(() => buildContext([user], request, {})).toThrow("context processor 'user' (index 0) returned undefined; expected an object");
  await expect(buildContext([async () => null as never], request, {})).rejects.toThrow(/\(index 0\) returned null/);
});
