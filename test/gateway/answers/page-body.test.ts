/** Gathered pages through the addon, without a server: assembling, registrations, inject(). */
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { GatheredPage } from '../../../src/gateway/contract.ts';
import { definePageTable, PageRefusedError, pageBytes, pageToken } from '../../../src/gateway/answers/page-body.ts';
import { ESC_BYTE, ESC_ON, FIRST_LITERAL, RAW_ON, REFUSED_COUNT, REFUSED_ID } from '../../../src/gateway/answers/page-payload.ts';
import { gateway, inject } from '../../../src/index.ts';
import type { NativeLiteral } from '../../../src/native/binding.ts';
import { native } from '../../../src/native/load.ts';
import { Random } from '../../support/random.ts';

const LITERALS: NativeLiteral[] = [{ bytes: '<p>', mode: 0 }, { bytes: new TextEncoder().encode('</p>é'), mode: 0 }];
const table = definePageTable(LITERALS, 1);
const OPEN = pageToken(FIRST_LITERAL, 1);
const CLOSE = pageToken(FIRST_LITERAL + 1, 1);

function textOf(payload: string, tokens: number): string {
  return Buffer.from(pageBytes(new GatheredPage(table, payload, tokens))).toString();
}

describe('assembling a page', () => {
  it('escapes values and puts literals between', () => {
    expect(textOf(`${OPEN}<b> & "c" 'd'${CLOSE}`, 2)).toBe('<p>&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;</p>é');
  });

  it('leaves what a template calls safe', () => {
    expect(textOf(`${pageToken(RAW_ON, 1)}<b>${pageToken(ESC_ON, 1)}<${CLOSE}`, 3)).toBe('<b>&lt;</p>é');
  });

  it('encodes text of any script as UTF-8, unpaired surrogates as U+FFFD', () => {
    const value = 'grüße, 世界, 😀, \ud800!, \udc00, \0, \ufeff, \u2028';
    expect(textOf(value + CLOSE, 1)).toBe(`${Buffer.from(value).toString()}</p>é`);
  });

  it.each([1000, 80_000, 90_000, 400_000])('takes %i characters that are all escaped', (count) => {
    expect(textOf(OPEN + '<'.repeat(count) + CLOSE, 2)).toBe(`<p>${'&lt;'.repeat(count)}</p>é`);
  });

  it.each([0, 1, 1000, 400_000])('takes a payload of %i characters as bytes too, with the same entity-tag', (count) => {
    const payload = `${OPEN}${'é<'.repeat(count)}${CLOSE}`;
    const bytes = new TextEncoder().encode(`x${payload}`).subarray(1);
    expect(Buffer.from(pageBytes(new GatheredPage(table, bytes, 2))).toString()).toBe(textOf(payload, 2));
    expect(native().pageTag(table.nativeId, bytes)).toBe(native().pageTag(table.nativeId, payload));
  });

  it('refuses a payload that is neither text nor bytes', () => {
    const page = new GatheredPage(table, new Uint16Array([0x1b]) as unknown as Uint8Array, 1);
    expect(() => pageBytes(page)).toThrow(TypeError);
  });

  it('gives what escaping in JavaScript gives, for random values', () => {
    const random = new Random(7);
    const alphabet = [...'ab<>&"\'é世😀\n\0 '];
    const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
    for (let round = 0; round < 200; round++) {
      const values = Array.from({ length: random.below(40) }, () =>
        Array.from({ length: random.below(60) }, () => random.pick(alphabet)).join(''),
      );
      const expected = values.map((value) => `<p>${value.replace(/[&<>"']/g, (special) => names[special] as string)}</p>é`).join('');
      expect(textOf(values.map((value) => OPEN + value + CLOSE).join(''), values.length * 2)).toBe(expected);
    }
  });
});

describe('a page with ESC in a value', () => {
  const refused = `${OPEN}a\x1bb${CLOSE}`;

  it.each([
    [refused, 2, REFUSED_ID],
    [`${OPEN}${OPEN}${CLOSE}`, 2, REFUSED_COUNT],
    [`${OPEN}tail`, 1, REFUSED_COUNT],
    [OPEN + pageToken(60, 1), 2, REFUSED_ID],
  ])('%j is refused', (payload, tokens, refusal) => {
    expect(native().assemblePage(table.nativeId, payload, tokens)).toBe(refusal);
  });

  it('is rendered strictly, once', () => {
    let renderings = 0;
    const strict = (): GatheredPage => {
      renderings++;
      return new GatheredPage(table, `${OPEN}a${pageToken(ESC_BYTE, 1)}b${CLOSE}`, 3);
    };
    expect(Buffer.from(pageBytes(new GatheredPage(table, refused, 2, strict))).toString()).toBe('<p>a\x1bb</p>é');
    expect(renderings).toBe(1);
  });

  it('is an error when rendering it strictly is refused too', () => {
    const page = new GatheredPage(table, refused, 2, () => new GatheredPage(table, refused, 2));
    expect(() => pageBytes(page)).toThrow(PageRefusedError);
  });
});

describe('registered templates', () => {
  it('that are equal have one id, others another', () => {
    const again = definePageTable(LITERALS.map(({ bytes, mode }) => ({ bytes: Buffer.from(bytes), mode })), 1);
    expect(again.nativeId).toBe(table.nativeId);
    expect(definePageTable(LITERALS, 2).nativeId).not.toBe(table.nativeId);
    expect(definePageTable([...LITERALS].reverse(), 1).nativeId).not.toBe(table.nativeId);
    expect(definePageTable(LITERALS, 1, 'secret').nativeId).not.toBe(table.nativeId);
  });

  it('have the same id in every worker, and only where they were registered', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => inWorker({ literals: LITERALS, unknown: definePageTable([], 1).nativeId })));
    for (const answer of answers) {
      expect(answer).toEqual({ id: table.nativeId, page: '<p>&lt;</p>é', error: expect.stringContaining('no such templates') });
    }
  });

  it('are gone when they were released as often as registered', () => {
    const { registerTemplates, releaseTemplates, assemblePage } = native();
    const literals: NativeLiteral[] = [{ bytes: 'released', mode: 0 }];
    const id = registerTemplates(literals, 1, '');
    expect(registerTemplates(literals, 1, '')).toBe(id);
    releaseTemplates(id);
    expect(String(assemblePage(id, OPEN, 1))).toBe('released');
    releaseTemplates(id);
    releaseTemplates(id);
    expect(() => assemblePage(id, OPEN, 1)).toThrow('no such templates');
    expect(registerTemplates(literals, 1, '')).toBeGreaterThan(id);
  });

  it('take 60 literals with ids of one character, 3,966 with two', () => {
    const many = (count: number): NativeLiteral[] => Array.from({ length: count }, (_, i) => ({ bytes: `literal ${i}`, mode: 0 }));
    expect(() => definePageTable(many(61), 1)).toThrow('61 literals; ids of this width name at most 60');
    expect(() => definePageTable(many(3967), 2)).toThrow('at most 3966');
    const wide = definePageTable(many(3966), 2);
    expect(Buffer.from(pageBytes(new GatheredPage(wide, pageToken(3968, 2), 1))).toString()).toBe('literal 3965');
  });

  it.each<[string, unknown[]]>([
    ['no list', [{}, 1, '']],
    ['a literal that is text', [['x'], 1, '']],
    ['no bytes', [[{ mode: 0 }], 1, '']],
    ['a mode of 2', [[{ bytes: '', mode: 2 }], 1, '']],
    ['ids of three characters', [[], 3, '']],
    ['no secret', [[], 1]],
  ])('with %s are a TypeError', (_what, given) => {
    const register = native().registerTemplates as (...all: unknown[]) => number;
    expect(() => register(...given)).toThrow(TypeError);
  });
});

describe('inject() of a gathered page', () => {
  const app = gateway((request, respond) => {
    const page = new GatheredPage(table, `${OPEN}${request.path}${CLOSE}`, 2, null, true);
    respond(200, ['content-type', 'text/html', 'x-a', 'b'], page);
  });

  it('gives its bytes', async () => {
    const response = await inject(app, '/a&b');
    expect([response.status, response.text(), response.headers.get('content-type')]).toEqual([200, '<p>/a&amp;b</p>é', 'text/html']);
  });

  it('gives 304 to a client that has it, without fields of the content', async () => {
    const etag = (await inject(app, '/')).headers.get('etag') as string;
    expect(etag).toMatch(/^W\/"[0-9a-f]{16}"$/);
    const response = await inject(app, { url: '/', headers: { 'If-None-Match': `"x", ${etag}` } });
    expect([response.status, response.text(), response.headers.get('etag')]).toEqual([304, '', etag]);
    expect([response.headers.get('content-type'), response.headers.get('x-a')]).toEqual([null, 'b']);
    expect((await inject(app, { url: '/other', headers: { 'If-None-Match': etag } })).status).toBe(200);
    expect((await inject(app, { method: 'POST', url: '/', headers: { 'If-None-Match': etag } })).headers.get('etag')).toBeNull();
  });
});

/** Registers in a thread of its own and tells what it got. */
async function inWorker(data: { literals: readonly NativeLiteral[]; unknown: number }): Promise<unknown> {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const native = require(${JSON.stringify(new URL('../../../build/Release/fastserve.node', import.meta.url).pathname)});
    const id = native.registerTemplates(workerData.literals, 1, '');
    const page = String(native.assemblePage(id, ${JSON.stringify(`${OPEN}<${CLOSE}`)}, 2));
    let error;
    try { native.assemblePage(workerData.unknown, '', 0); } catch (thrown) { error = thrown.message; }
    parentPort.postMessage({ id, page, error });
  `;
  const worker = new Worker(code, { eval: true, workerData: data });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
