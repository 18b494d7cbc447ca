/** What clients and programmers get wrong, seen from outside: the status, the reason, and that none of it is a 500 without a name. */
import { describe, expect, test } from 'vitest';
import type { PlainRequestInit } from '../../src/gateway/inject/plain-request.ts';
import { defineApp, json, type Middleware, path, render, templates, type View } from '../../src/index.ts';
import { run } from './helpers.ts';

const content = (type: string, body: string | Uint8Array): Partial<PlainRequestInit> => ({
  method: 'POST',
  fields: ['Content-Type', type],
  body: typeof body === 'string' ? Buffer.from(body) : body,
});
const MULTIPART = 'multipart/form-data; boundary=b';

describe('what a client sends wrongly is 400 with the reason, and no entry in the log', () => {
  const asJson: View = async (request) => json({ got: await request.json() });
  const asForm: View = async (request) => json([...(await request.form()).entries()].map(([name]) => name));
  const asQuery: View = (request) => json([...request.query.entries()]);

  test.each<[string, View, string, Partial<PlainRequestInit>, RegExp]>([
    ['JSON that breaks off', asJson, '/', content('application/json', '{"a": [1,'), /JSON.*line 1/],
    ['JSON with a second value', asJson, '/', content('application/json', '{}\n{}'), /JSON.*line 2/],
    ['JSON that is not UTF-8', asJson, '/', content('application/json', Buffer.from([0x22, 0xff, 0x22])), /UTF-8/],
    ['JSON that is nested too deep', asJson, '/', content('application/json', '['.repeat(600) + ']'.repeat(600)), /500/],
    ['a form with a broken escape', asForm, '/', content('application/x-www-form-urlencoded', 'a=%zz'), /escape|%/],
    ['a form that is not UTF-8', asForm, '/', content('application/x-www-form-urlencoded', 'a=%ff'), /UTF-8/],
    ['a form of too many fields', asForm, '/', content('application/x-www-form-urlencoded', 'a=1&'.repeat(1001)), /1000/],
    ['a multipart form without its boundary', asForm, '/', content('multipart/form-data', '--b--'), /boundary/],
    ['a multipart form without an end', asForm, '/', content(MULTIPART, '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx'), /end/],
    ['a part without a name', asForm, '/', content(MULTIPART, '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n'), /name/],
    ['a query with a broken escape', asQuery, '/?a=%', {}, /query/i],
    ['a query that is not UTF-8', asQuery, '/?a=%ff', {}, /UTF-8/],
    ['a Content-Type that is none', asJson, '/', content('json', '{}'), /Content-Type/],
  ])('%s', async (_what, view, target, init, reason) => {
    const { get, errors } = await run({ view });
    const { status, body } = await get(target, init);
    expect([status, body]).toEqual([400, expect.stringMatching(reason)]);
    expect(errors).toEqual([]);
  });

  test('cookies that cannot be read are passed over: other sites of the host set them too', async () => {
    const { get } = await run({ view: (request) => json([...request.cookies]) });
    const { status, body } = await get('/', { fields: ['Cookie', 'a=1; =; broken; b=%ff; c="2"; %%=x'] });
    expect(status).toBe(200);
    expect(JSON.parse(String(body))).toContainEqual(['a', '1']);
  });

  test('with strictCookies a malformed cookie is 400 where cookies are read, and nowhere else', async () => {
    const urls = [path('reads', (request) => json([...request.cookies])), path('reads-none', () => json([]))];
    const { get, errors } = await run({ urls, strictCookies: true });
    const fields = ['Cookie', 'a=1; broken'];
    const { status, body } = await get('/reads', { fields });
    expect([status, body]).toEqual([400, expect.stringContaining('no "=", in the pair at position 4')]);
    expect((await get('/reads-none', { fields })).status).toBe(200);
    expect(errors).toEqual([]);
  });

  test('what is too large is 413, in content and in a field of a form', async () => {
    const { get } = await run({ view: asJson });
    const { status } = await get('/', { method: 'POST', fields: ['Content-Type', 'application/json', 'Content-Length', '99999999'], body: Buffer.alloc(3_000_000) });
    const form = await (await run({ view: asForm })).get('/', content('application/x-www-form-urlencoded', `a=${'x'.repeat(1_100_000)}`));
    expect([status, form.status]).toEqual([413, 413]);
  });
});

describe('what a programmer gets wrong is named', () => {
  test.each<[string, unknown, RegExp]>([
    ['returns nothing', () => undefined, /^view '.*' \(route 'root'\).*returned nothing/],
    ['returns a number', () => 5, /^view '.*' \(route 'root'\).*number/],
    ['returns nothing, later', async () => {}, /^view '.*' \(route 'root'\).*returned nothing/],
  ])('a view that %s', async (_what, view, message) => {
    const { get, errors } = await run({ view: view as View });
    expect([(await get('/')).status, errors[0]?.message]).toEqual([500, expect.stringMatching(message)]);
  });

  test('a middleware that forgets to return the response', async () => {
    const forgetful = async function forgetful(_request: unknown, next: () => unknown) {
      await next();
    } as unknown as Middleware;
    const { get, errors } = await run({ middleware: [forgetful] });
    expect([(await get('/')).status, errors[0]?.message]).toEqual([500, "middleware 'forgetful' (index 0) returned undefined; return the response of next()"]);
  });

  test('a URLconf with an unknown converter, when it is loaded', () => {
    expect(() => path('<number:x>/' as string, () => 'x')).toThrow(/unknown converter 'number'; expected int, str/);
  });

  test('a template that is missing, and one that is broken', async () => {
    const missing = await run({ view: (request) => render(request, 'nope.html'), templates: templates({ sources: { 'page.html': 'x' } }) });
    expect([(await missing.get('/')).status, missing.errors[0]?.message]).toEqual([500, expect.stringContaining("template 'nope.html': template not found")]);
    const broken = defineApp({ urls: [], templates: templates({ sources: { 'page.html': '\n{% if %}' } }) }).bind();
    await expect(broken.start?.()).rejects.toThrow(/^page\.html:2:/);
  });
});
