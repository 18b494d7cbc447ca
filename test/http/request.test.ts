import { describe, expect, test } from 'vitest';
import { PlainRequest, type PlainRequestInit } from '../../src/gateway/inject/plain-request.ts';
import { BadRequest, PayloadTooLarge, UnsupportedMediaType } from '../../src/http/errors.ts';
import { Request } from '../../src/http/request.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const make = (init: Partial<PlainRequestInit> = {}): Request => new Request(new PlainRequest({ target: '/', ...init }));
const post = (body: string | Uint8Array, type?: string, ...more: string[]): Request =>
  make({
    method: 'POST',
    fields: [...(type === undefined ? [] : ['Content-Type', type]), ...more],
    body: typeof body === 'string' ? bytes(body) : body,
  });

describe('the head of a request', () => {
  test('its parts are those of the gateway request', () => {
    const request = make({ method: 'PUT', target: '/caf%C3%A9/?a=1&a=2', fields: ['Host', 'example.org'], scheme: 'https', remoteAddress: '::1' });
    expect(request.method).toBe('PUT');
    expect(request.target).toBe('/caf%C3%A9/?a=1&a=2');
    expect(request.path).toBe('/café/');
    expect(request.queryString).toBe('a=1&a=2');
    expect(request.query.getAll('a')).toEqual(['1', '2']);
    expect([request.host, request.scheme, request.remoteAddress]).toEqual(['example.org', 'https', '::1']);
    expect(request.url.href).toBe('https://example.org/caf%C3%A9/?a=1&a=2');
  });

  test('the URL of an absolute target is the target', () => {
    expect(make({ target: 'http://a.org:81/x?y', fields: ['Host', 'a.org:81'] }).url.href).toBe('http://a.org:81/x?y');
  });

  test('a host that no URL can have is a 400', () => {
    expect(() => make({ fields: ['Host', 'a:99999'] }).url).toThrow(BadRequest);
  });

  test('headers are found in any case and several lines are joined', () => {
    const { headers } = make({ fields: ['Accept', 'a', 'ACCEPT', 'b', 'X-One', '1'] });
    expect(headers.get('aCCept')).toBe('a, b');
    expect(headers.has('x-one')).toBe(true);
    expect(headers.get('x-two')).toBeUndefined();
    expect([...headers]).toEqual([['accept', 'a'], ['accept', 'b'], ['x-one', '1']]);
  });

  test('cookies of several lines are all there', () => {
    expect([...make({ fields: ['Cookie', 'a=1', 'Cookie', 'b=2'] }).cookies]).toEqual([['a', '1'], ['b', '2']]);
  });

  test('one cookie is found by itself as it is among all', () => {
    const request = make({ fields: ['Cookie', 'a="%41"; b=2', 'Cookie', 'a=3'] });
    const alone = [request.cookie('a'), request.cookie('b'), request.cookie('c')];
    expect(alone).toEqual([request.cookies.get('a'), request.cookies.get('b'), undefined]);
    expect([request.cookie('a'), request.cookie('c'), make().cookie('a')]).toEqual(['A', undefined, undefined]);
  });

  test('paths and references become absolute URLs', () => {
    const request = make({ target: '/a/b?c', fields: ['Host', 'example.org:8080'] });
    expect(request.fullPath).toBe('/a/b?c');
    expect(request.absoluteUrl()).toBe('http://example.org:8080/a/b?c');
    expect(request.absoluteUrl('../x')).toBe('http://example.org:8080/x');
    expect(request.absoluteUrl('?page=2')).toBe('http://example.org:8080/a/b?page=2');
  });

  test('the transport is told', () => {
    const request = make({ scheme: 'https', remotePort: 4711 });
    expect([request.isSecure, make().isSecure, request.remotePort, request.httpVersion]).toEqual([true, false, 4711, '1.1']);
  });

  test('the content type is the media type alone', () => {
    expect(make({ fields: ['Content-Type', 'Text/HTML ; charset="utf-8"'] }).contentType).toBe('text/html');
    expect(make().contentType).toBe('');
  });

  test.each<[string | undefined, readonly string[], string | undefined]>([
    [undefined, ['text/html', 'application/json'], 'text/html'],
    ['application/json', ['text/html', 'application/json'], 'application/json'],
    ['text/html;q=0.5, application/json', ['text/html', 'application/json'], 'application/json'],
    ['text/*;q=0.9, */*;q=0.1', ['application/json', 'text/html'], 'text/html'],
    ['text/html;q=0, */*', ['text/html'], undefined],
    ['image/png', ['text/html'], undefined],
    ['text/html;level=1, nonsense, ;;, text/html;q=7', ['text/html'], undefined],
  ])('Accept: %s prefers of %j %s', (accept, types, expected) => {
    const request = make({ fields: accept === undefined ? [] : ['Accept', accept] });
    expect(request.preferredType(types)).toBe(expected);
    for (const type of types) expect(request.accepts(type)).toBe(type === expected || request.preferredType([type]) === type);
  });

  test('a malformed query is a 400 when it is read, and one of too many fields too', () => {
    const request = make({ target: '/?q=100%' });
    expect(request.path).toBe('/');
    expect(() => request.query).toThrow(BadRequest);
    expect(() => request.query).toThrow(/The query string is malformed: "%" without two hexadecimal digits behind it, at position 5/);
    expect(() => make({ target: `/?${'a&'.repeat(1001)}` }).query).toThrow(/more than 1000 fields/);
  });

  test('state is one bag per request', () => {
    const request = make();
    request.state['user'] = 'ada';
    expect(request.state['user']).toBe('ada');
    expect(make().state['user']).toBeUndefined();
  });

  test('outside of a pipeline there is no match', () => {
    expect(make().params).toEqual({});
    expect(make().resolverMatch).toBeNull();
  });
});

describe('the content of a request', () => {
  test('can be read as text, JSON and bytes in turn', async () => {
    const request = post('{"a":[1]}');
    expect(await request.text()).toBe('{"a":[1]}');
    expect(await request.json()).toEqual({ a: [1] });
    expect(await request.bytes()).toEqual(bytes('{"a":[1]}'));
  });

  test('arrives in pieces through body', async () => {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield bytes('a');
      yield bytes('b');
    }
    const seen: string[] = [];
    for await (const piece of make({ method: 'POST', body: pieces() }).body) seen.push(Buffer.from(piece).toString());
    expect(seen).toEqual(['a', 'b']);
  });

  test('text is decoded in its charset', async () => {
    expect(await post(Uint8Array.of(0xe9), 'text/plain; charset=iso-8859-1').text()).toBe('é');
    expect(await post(Uint8Array.of(0xe9), 'text/plain').text()).toBe('\ufffd');
  });

  test('an unknown charset and compressed content are 415', async () => {
    await expect(post('x', 'text/plain; charset=klingon').text()).rejects.toThrow(UnsupportedMediaType);
    await expect(post('x', undefined, 'Content-Encoding', 'gzip').json()).rejects.toThrow(UnsupportedMediaType);
  });

  test('malformed JSON is a 400 with line and column', async () => {
    await expect(post('{"a":}').json()).rejects.toThrow(/unexpected "}", expected a value at line 1, column 6/);
    await expect(post(Uint8Array.of(0x22, 0xff, 0x22)).json()).rejects.toThrow(BadRequest);
  });

  test('a form is parsed', async () => {
    const form = await post('a=1&a=%C3%A9&b=+%2B', 'application/x-www-form-urlencoded; charset=utf-8').form();
    expect([...form]).toEqual([['a', '1'], ['a', 'é'], ['b', ' +']]);
    expect(form.files).toEqual([]);
  });

  test.each([
    ['a=1&b=%zz', 'The form is malformed: "%" without two hexadecimal digits behind it, at position 6'],
    ['a=%ff', 'The form is malformed: percent escapes that are not UTF-8, at position 2'],
    [Uint8Array.of(0x61, 0x3d, 0xff), 'The form is not valid UTF-8'],
  ])('the malformed form %j is a 400 with the reason', async (body, reason) => {
    const form = post(body, 'application/x-www-form-urlencoded').form();
    await expect(form).rejects.toThrow(BadRequest);
    await expect(form).rejects.toThrow(reason);
  });

  test('content that is no form, or one in another charset, is a 415', async () => {
    await expect(post('x').form()).rejects.toThrow(/has no Content-Type/);
    await expect(post('x', 'text/plain').form()).rejects.toThrow(UnsupportedMediaType);
    await expect(post('x', 'application/x-www-form-urlencoded; charset=utf-16').form()).rejects.toThrow(UnsupportedMediaType);
  });

  test('a form of more than 1000 fields is a 400', async () => {
    await expect(post('a&'.repeat(1001), 'application/x-www-form-urlencoded').form()).rejects.toThrow(BadRequest);
  });

  test('content beyond a limit is a 413, before it is read where its length is declared', async () => {
    const request = post('12345678');
    await expect(request.text({ memoryBytes: 7 })).rejects.toThrow('The request content has more than 7 bytes');
    await expect(post('a=12345678', 'application/x-www-form-urlencoded').form({ fieldBytes: 7 })).rejects.toThrow(PayloadTooLarge);
    async function* endless(): AsyncGenerator<Uint8Array> {
      while (true) yield new Uint8Array(1000);
    }
    await expect(make({ method: 'POST', body: endless() }).bytes()).rejects.toThrow(PayloadTooLarge);
  });

  test('a limit holds for content that was read with another one', async () => {
    const request = post('12345678');
    await request.bytes();
    await expect(request.bytes({ memoryBytes: 7 })).rejects.toThrow(PayloadTooLarge);
  });

  test.each([{ memoryByte: 1 }, { memoryBytes: -1 }, { memoryBytes: '1mb' }])('the limits %j are a TypeError', async (limits) => {
    await expect(post('x').bytes(limits as never)).rejects.toThrow(TypeError);
  });

  test('JSON in another charset than UTF-8 is a 415', async () => {
    expect(await post('{}', 'application/json; charset="UTF-8"').json()).toEqual({});
    await expect(post('{}', 'application/json; charset=utf-16').json()).rejects.toThrow(UnsupportedMediaType);
  });

  test.each(['text', 'text/plain; charset', 'a/b; c=d; c=e', 'a/b "'])('the Content-Type %j is a 400', async (type) => {
    await expect(post('x', type).text()).rejects.toThrow(/Content-Type is not a media type/);
    expect(() => post('x', type).contentType).toThrow(BadRequest);
  });
});
