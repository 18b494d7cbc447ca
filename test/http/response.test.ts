import { describe, expect, test } from 'vitest';
import { defineHead } from '../../src/gateway/contract.ts';
import { HttpError, MethodNotAllowed, NotFound } from '../../src/http/errors.ts';
import { addConstantFields, addFieldLine, fieldValue, Response } from '../../src/http/response.ts';
import { empty, html, json, redirect, stream, text } from '../../src/http/response/helpers.ts';
import { ResponseHeaders } from '../../src/http/response/headers.ts';

describe('response helpers', () => {
  test.each([
    [html('<p>'), 200, 'text/html; charset=utf-8', '<p>'],
    [text('hi', { status: 201 }), 201, 'text/plain; charset=utf-8', 'hi'],
    [json({ a: 1 }), 200, 'application/json', '{"a":1}'],
    [empty(), 204, undefined, null],
  ])('status, type and body', (response, status, type, body) => {
    expect([response.status, response.headers.get('content-type'), response.body]).toEqual([status, type, body]);
  });

  test('headers given to a helper replace its own', () => {
    expect(html('x', { headers: { 'Content-Type': 'text/x' } }).fields).toEqual(['content-type', 'text/x']);
  });

  test('untouched responses of one helper share one Head, and changing one leaves the others', () => {
    const [first, second] = [html('a'), html('b')];
    expect(first.fields).toBe(second.fields);
    first.headers.set('x-a', '1');
    expect(second.headers.has('x-a')).toBe(false);
    expect(html('c').headers.has('x-a')).toBe(false);
  });

  test('a Head of the application is handed on as it is', () => {
    const head = defineHead(['Content-Type', 'text/css']);
    const response = new Response('x', { headers: head });
    expect(response.fields).toBe(head);
    expect(response.headers.get('content-type')).toBe('text/css');
  });

  test.each([undefined, () => 1, Symbol('x')])('json() refuses a value without JSON form', (value) => {
    expect(() => json(value)).toThrow(/has no JSON form/);
  });

  test('stream() takes synchronous iterables', async () => {
    const pieces: unknown[] = [];
    for await (const piece of stream(['a', 'b']).body as AsyncIterable<string>) pieces.push(piece);
    expect(pieces).toEqual(['a', 'b']);
  });

  test.each([
    ['/a b', '/a%20b'],
    ['/é', '/%C3%A9'],
    ['/a%20b', '/a%20b'],
    ['/a\r\nset-cookie: x=1', '/a%0D%0Aset-cookie:%20x=1'],
    ['https://a.org/?q=1#f', 'https://a.org/?q=1#f'],
    ['?page=2', '?page=2'],
  ])('redirect(%j) goes to %s', (location, expected) => {
    const response = redirect(location);
    expect([response.status, response.headers.get('location')]).toEqual([302, expected]);
  });

  test.each(['javascript:alert(1)', ' JavaScript:x', 'data:text/html,x', 'java\u0001script:x'])('redirect(%j) is refused or harmless', (location) => {
    let field: string | undefined;
    try {
      field = redirect(location).headers.get('location');
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      return;
    }
    expect(field).toMatch(/%01/);
  });

  test('redirect() takes only redirect statuses', () => {
    expect(() => redirect('/', 200)).toThrow(TypeError);
  });
});

describe('Response', () => {
  test.each([199, 600, 200.5, Number.NaN])('status %s is a RangeError', (status) => {
    expect(() => new Response(null, { status })).toThrow(RangeError);
  });

  test('header values may be lists and pairs', () => {
    expect(new Response(null, { headers: { link: ['a', 'b'] } }).headers.getAll('Link')).toEqual(['a', 'b']);
    expect(new Response(null, { headers: [['a', '1'], ['A', '2']] }).headers.get('a')).toBe('1, 2');
  });

  test('setCookie adds a line for each cookie and deleteCookie expires one', () => {
    const response = text('').setCookie('a', '1').deleteCookie('b');
    expect(response.headers.getAll('set-cookie')).toEqual([
      'a=1; Path=/',
      'b=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ]);
  });
});

describe('ResponseHeaders', () => {
  test('set replaces all lines in the place of the first, append adds, delete removes all', () => {
    const headers = new ResponseHeaders(['a', '1', 'b', '2', 'a', '3']);
    headers.set('A', '4');
    headers.append('b', '5');
    expect(headers.flat()).toEqual(['a', '4', 'b', '2', 'b', '5']);
    headers.delete('B');
    expect([...headers]).toEqual([['a', '4']]);
  });

  test.each([['a b', 'x'], ['', 'x'], ['a:', 'x'], ['a', 'x\r\ny: z'], ['a', '\0'], ['a', '€']])('%j: %j is refused', (name, value) => {
    expect(() => new ResponseHeaders().set(name, value)).toThrow(TypeError);
    expect(() => new ResponseHeaders().append(name, value)).toThrow(TypeError);
  });
});

describe('HttpError', () => {
  test('carries status, message, headers and cause', () => {
    const cause = new Error('x');
    const error = new HttpError(503, 'soon', { headers: { 'retry-after': '5' }, cause });
    expect([error.status, error.message, error.headers['retry-after'], error.cause]).toEqual([503, 'soon', '5', cause]);
  });

  test('its message is the reason phrase by default and its name the class', () => {
    expect([new NotFound().message, new NotFound().name, new NotFound().status]).toEqual(['Not Found', 'NotFound', 404]);
    expect(new MethodNotAllowed('GET').headers).toEqual({ allow: 'GET' });
  });

  test.each([200, 399, 600, 404.5])('%s is no error status', (status) => {
    expect(() => new HttpError(status)).toThrow(RangeError);
  });
});

describe('fields that middlewares add', () => {
  const CONSTANT = ['x-frame-options', 'DENY', 'content-type', 'text/x'];

  test('constants make one reusable head for all responses with the same head', () => {
    const [one, other] = [html('a'), html('b')];
    addConstantFields(one, CONSTANT);
    addConstantFields(other, CONSTANT);
    expect(one.fields).toBe(other.fields);
    expect((one.fields as { fields: unknown }).fields).toEqual(['content-type', 'text/html; charset=utf-8', 'x-frame-options', 'DENY']);
  });

  test('lines of one response stand behind the head, which stays as it is', () => {
    const response = html('a');
    const head = response.fields;
    addFieldLine(response, 'x-id', '1');
    addConstantFields(response, ['x-id', '2', 'x-more', '3']);
    expect(response.fields).toMatchObject({ base: head, added: ['x-id', '1', 'x-more', '3'] });
    expect(html('b').fields).toBe(head);
  });

  test('a line of one response with another name leaves the head reusable', () => {
    const [one, other] = [html('a'), html('b')];
    addFieldLine(one, 'x-id', '1');
    addFieldLine(other, 'x-id', '2');
    addConstantFields(one, CONSTANT);
    addConstantFields(other, CONSTANT);
    const base = html('c');
    addConstantFields(base, CONSTANT);
    expect(one.fields).toMatchObject({ base: base.fields, added: ['x-id', '1'] });
    expect((other.fields as { base: unknown }).base).toBe(base.fields);
  });

  test('headers shows them, and what is added afterwards', () => {
    const response = html('a');
    addConstantFields(response, CONSTANT);
    addFieldLine(response, 'x-id', '1');
    expect([...response.headers].slice(1)).toEqual([['x-frame-options', 'DENY'], ['x-id', '1']]);
    addConstantFields(response, ['x-id', '2', 'x-more', '3']);
    addFieldLine(response, 'x-last', '4');
    expect([...response.headers].slice(2)).toEqual([['x-id', '1'], ['x-more', '3'], ['x-last', '4']]);
  });

  test('a head with lines of one response is not made a constant', () => {
    const response = new Response('a', { headers: defineHead(['a', '1']).with(['b', '2']) });
    addConstantFields(response, ['c', '3']);
    expect(response.fields).toMatchObject({ added: ['b', '2', 'c', '3'] });
  });

  test('fieldValue joins the lines of a name, wherever they are', () => {
    const response = new Response('a', { headers: defineHead(['Vary', 'accept']) });
    expect([fieldValue(response, 'vary'), fieldValue(response, 'etag')]).toEqual(['accept', undefined]);
    addFieldLine(response, 'vary', 'cookie');
    expect(fieldValue(response, 'vary')).toBe('accept, cookie');
    response.headers.append('Vary', 'origin');
    expect(fieldValue(response, 'vary')).toBe('accept, cookie, origin');
  });
});
