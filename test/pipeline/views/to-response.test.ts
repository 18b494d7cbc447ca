import { describe, expect, test } from 'vitest';
import { text } from '../../../src/index.ts';
import { toResponse } from '../../../src/pipeline/views/index.ts';
import { run } from '../helpers.ts';

describe('what a view may return', () => {
  test.each([
    ['a string', '<p>', 'text/html; charset=utf-8', '<p>'],
    ['an empty string', '', 'text/html; charset=utf-8', ''],
    ['an object', { a: 1 }, 'application/json', '{"a":1}'],
    ['an array', [1], 'application/json', '[1]'],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), 'application/json', '{"a":1}'],
    ['an object with toJSON', new Date(0), 'application/json', '"1970-01-01T00:00:00.000Z"'],
  ])('%s', async (_what, value, type, body) => {
    const { get } = await run({ view: () => value });
    expect(await get('/')).toMatchObject({ status: 200, headers: { 'content-type': type }, body, wasSync: true });
    const later = await run({ view: async () => value });
    expect(await later.get('/')).toMatchObject({ status: 200, body, wasSync: false });
  });

  test('a Response is passed on as it is', () => {
    const response = text('x');
    expect(toResponse(response, 'view')).toBe(response);
  });

  test.each([
    [undefined, /^view 'x' \(route 'root'\) returned nothing; return a Response/],
    [null, /returned nothing/],
    [5, /returned the number 5; expected a Response, a string or a plain object/],
    [() => 1, /returned a function/],
    [new Map(), /returned an instance of Map/],
    [Buffer.from('x'), /returned an instance of Buffer/],
    [new globalThis.Response('x'), /instance of Response.*from 'fastserve'/],
  ])('%s is an error that names the view', async (value, message) => {
    const x = (): never => value as never;
    const { get, errors } = await run({ view: x });
    expect((await get('/')).status).toBe(500);
    expect(errors[0]?.message).toMatch(message);
  });
});
