import { describe, expect, test } from 'vitest';
import { PlainRequest, type PlainRequestInit } from '../../src/gateway/plain-request.ts';
import { BadRequest, UnsupportedMediaType } from '../../src/http/errors.ts';
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

  test('malformed JSON is a 400 with a position', async () => {
    await expect(post('{"a":}').json()).rejects.toThrow(/unexpected "}", expected a value at position 5/);
    await expect(post(Uint8Array.of(0x22, 0xff, 0x22)).json()).rejects.toThrow(BadRequest);
  });

  test('a form is parsed, broken escapes and all', async () => {
    const form = await post('a=1&a=%zz&b=%ff+', 'application/x-www-form-urlencoded; charset=utf-8').form();
    expect([...form]).toEqual([['a', '1'], ['a', '%zz'], ['b', '\ufffd ']]);
  });

  test('a multipart form is a 415 that says so', async () => {
    await expect(post('x', 'multipart/form-data; boundary=a').form()).rejects.toThrow(/multipart forms are not supported/);
    await expect(post('x').form()).rejects.toThrow(UnsupportedMediaType);
  });

  test('a form of more than 1000 fields is a 400', async () => {
    await expect(post('a&'.repeat(1001), 'application/x-www-form-urlencoded').form()).rejects.toThrow(BadRequest);
  });
});
