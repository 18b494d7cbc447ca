/** What browsers get of a development server: the overlay, and the script in pages. */
import { describe, expect, it } from 'vitest';
import { injectScript } from '../../src/dev/inject-script.ts';
import { notFoundPage } from '../../src/dev/not-found-page.ts';
import { overlayPage } from '../../src/dev/overlay.ts';
import { defineHead, GatheredPage } from '../../src/gateway/contract.ts';
import { definePageTable, pageToken } from '../../src/gateway/answers/page-body.ts';
import { FIRST_LITERAL } from '../../src/gateway/answers/page-payload.ts';

const HTML = ['Content-Type', 'text/html; charset=utf-8'];
const SCRIPT = '<script src="/__fastserve/live.js?version=7" async></script>';

async function textOf(body: unknown): Promise<string> {
  let text = '';
  for await (const piece of body as AsyncIterable<string>) text += piece;
  return text;
}

describe('the overlay', () => {
  it('lets nothing of the source, the message or the path become markup', () => {
    const evil = '</pre><script>alert("1\')</script>&';
    const page = overlayPage({ heading: evil, message: evil, place: { file: evil, line: 1, column: 2 }, frame: [{ number: 1, text: evil, hit: true }], stack: evil }, 7);
    expect(page.replace(SCRIPT, '')).not.toContain('<script');
    expect(page.match(/&#60;\/pre&#62;&#60;script&#62;alert\(&#34;1&#39;\)&#60;\/script&#62;&#38;/g)).toHaveLength(6);
  });

  it('marks the line and reloads itself', () => {
    const page = overlayPage({ heading: 'h', message: 'm', place: { file: '/a.ts', line: 12, column: 2 }, frame: [{ number: 9, text: 'a', hit: false }, { number: 12, text: 'b', hit: true }], stack: '' }, 7);
    expect(page).toContain('/a.ts:12:2');
    expect(page).toContain('<span><i> 9  </i>a</span><span class="hit"><i>12  </i>b</span>');
    expect(page).toContain(SCRIPT);
  });
});

describe('the page of a path that is not there', () => {
  const route = { pattern: 'notes/<int:id>/', opaque: false, methods: ['GET'], name: 'note', view: 'showNote' };
  const asked = { method: 'GET', target: '/nots/', text: '404 Not Found\n', route: undefined, routes: [route, { ...route, pattern: 'old/', opaque: true, methods: null, name: null }] };

  it('lists the routes, with methods, names and views', () => {
    const page = notFoundPage(asked, 7);
    expect(page).toContain('No route fits this path.');
    expect(page).toContain('<code>/notes/&#60;int:id&#62;/</code></th><td>GET</td><td>note</td><td>showNote</td>');
    expect(page).toContain('<code>/old/…</code></th><td>any</td><td></td><td>showNote</td>');
  });

  it('says which view it was when one answered so', () => {
    expect(notFoundPage({ ...asked, route, text: 'no such note' }, 7)).toContain('A route fits, /notes/&#60;int:id&#62;/, and its view answered: no such note');
  });

  it('reloads itself, for the route may be written next', () => {
    expect(notFoundPage(asked, 7)).toContain(SCRIPT);
  });

  it('lets nothing of the target or the answer become markup', () => {
    const evil = '<script>alert(1)</script>';
    expect(notFoundPage({ ...asked, target: evil, text: evil, route }, 7).replace(SCRIPT, '')).not.toContain('<script');
  });
});

describe('the live script', () => {
  it('goes before the end of the body', () => {
    expect(injectScript({ fields: HTML, body: '<body>x</BODY></html>' }, 7).body).toBe(`<body>x${SCRIPT}</BODY></html>`);
  });

  it('goes behind a page without one', () => {
    expect(injectScript({ fields: HTML, body: 'x' }, 7).body).toBe(`x${SCRIPT}`);
  });

  it('goes into pages that native code puts together', () => {
    const table = definePageTable([{ bytes: '<p>x</p></body>', mode: 0 }], 1);
    const page = new GatheredPage(table, pageToken(FIRST_LITERAL, 1), 1);
    expect(String(injectScript({ fields: HTML, body: page }, 7).body)).toBe(`<p>x</p>${SCRIPT}</body>`);
  });

  it('goes into bytes and behind streams', async () => {
    expect(String(injectScript({ fields: HTML, body: Buffer.from('é</body>') }, 7).body)).toBe(`é${SCRIPT}</body>`);
    expect(String(injectScript({ fields: HTML, body: Buffer.from('é') }, 7).body)).toBe(`é${SCRIPT}`);
    const pieces = (async function* () {
      yield 'a';
      yield 'b';
    })();
    expect(await textOf(injectScript({ fields: HTML, body: pieces }, 7).body)).toBe(`ab${SCRIPT}`);
  });

  it('takes away what would let a cache keep the page, and its length', () => {
    const fields = [...HTML, 'ETag', '"1"', 'Content-Length', '1', 'Cache-Control', 'max-age=60', 'Last-Modified', 'x', 'X-Kept', 'etag'];
    expect(injectScript({ fields, body: 'x' }, 7).fields).toEqual([...HTML, 'X-Kept', 'etag', 'cache-control', 'no-store']);
  });

  it('knows a prepared head', () => {
    expect(injectScript({ fields: defineHead(HTML), body: 'x' }, 7).body).toBe(`x${SCRIPT}`);
  });

  it.each([
    ['what is no HTML', { fields: ['content-type', 'application/json'], body: '{}' }],
    ['what has no type', { fields: [], body: 'x' }],
    ['what is compressed', { fields: [...HTML, 'Content-Encoding', 'gzip'], body: Buffer.from('x') }],
    ['an answer without content', { fields: HTML, body: null }],
    ['a body that the front holds', { fields: HTML, body: { byteLength: 1, nativeId: 1 } }],
  ])('leaves %s alone', (_what, content) => {
    expect(injectScript(content, 7)).toBe(content);
  });
});
