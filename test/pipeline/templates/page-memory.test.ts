import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { TemplatePage } from '../../../src/index.ts';
import { pageBytes as assembledBytes } from '../../../src/gateway/answers/page-body.ts';
import { abandonPage, beginPage, endPage, PAGE_ROOM, pageBytes, put, putToken, putValue } from '../../../src/pipeline/templates/runtime/put.ts';
import { NEEDS_TEXT, NEEDS_WIDE } from '../../../src/pipeline/templates/runtime/signals.ts';
import type { RenderState } from '../../../src/pipeline/templates/runtime/state.ts';
import { engineOf } from './support.ts';

/** Of no rendering: texts and numbers ask nothing of it. */
const NO_STATE = { gapText: '' } as RenderState;
const TOKEN = 0x43401b;

afterEach(() => {
  abandonPage(NO_STATE);
  NO_STATE.gapText = '';
});

/** The bytes that `write` puts into a page. */
function written(write: () => void, isWide = false): Buffer {
  expect(beginPage(NO_STATE, isWide)).toBe(true);
  write();
  return Buffer.from(pageBytes().subarray(0, endPage()));
}

const TEXTS = [
  ['', 'nothing'], ['abc', 'ASCII'], ['é', 'two bytes'], ['aéb漢c', 'two and three bytes'], ['\u07ff\u0800\uffff\ud7ff\ue000', 'the ends of lengths'],
  ['a😀b', 'a pair'], ['a\ud83d', 'half of a pair'], ['\ude00\ud83d', 'halves in the wrong order'], ['\0\x7f\x80', 'controls'],
  ['x'.repeat(12), 'the longest short one'], ['漢'.repeat(12), 'the longest short one in three bytes each'], ['abcdefghijklm', 'the shortest long one'],
  ['é'.repeat(13), 'the shortest long one in two bytes each'], ['é'.repeat(25), 'a long one'], [`${'x'.repeat(5)}${'y'.repeat(30)}`.slice(3), 'a part of another'],
] as const;

describe('text is written as Buffer does it', () => {
  test.each(TEXTS)('%j (%s)', (text) => {
    expect(written(() => put(text), true)).toEqual(Buffer.from(text, 'utf8'));
  });

  test.each([0, 7, 9, 10, 42, 99, 100, 12345, 4294967295])('the number %d is written as its text', (value) => {
    expect(written(() => put(value)).toString()).toBe(`${value}`);
  });

  const NUMBERS = [-0, -1, 0.01, 0.1, 0.5, 1.05, 1.15, 9.99, 10.1, 99.9, 100.5, 1.005, 0.1 + 0.2, 999, 1000, 9999999, 9999999.99, 9999999.995, 1e7, 42949672.96, 1e21, 1e-7, NaN, Infinity];
  test('fractions and larger numbers are written as String() gives them', () => {
    for (const value of NUMBERS) expect(written(() => putValue(value, TOKEN)).toString()).toBe(`${value}\x1b@C`);
  });

  test('any number is written as String() gives it', () => {
    const price = fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }).map((hundredths) => hundredths / 100);
    const beside = price.map((value) => value + Number.EPSILON * value);
    const agree = fc.property(fc.oneof(price, beside, fc.integer(), fc.double()), (value) => {
      expect(written(() => put(value)).toString()).toBe(String(value));
    });
    fc.assert(agree, { numRuns: 3000 });
  });

  test.each(Array.from({ length: 40 }, (_, length) => length))('%d characters stand before their token, and after the value before them', (length) => {
    const text = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH'.slice(0, length);
    const twice = (): void => { putValue(text, TOKEN); putValue(text, TOKEN); };
    expect(written(twice).toString()).toBe(`${text}\x1b@C`.repeat(2));
    expect(written(twice, true).toString()).toBe(`${text}\x1b@C`.repeat(2));
  });

  test('a value stands before its token', () => {
    const write = (): void => { putValue('é', TOKEN); putToken(0x407e1b); };
    expect(written(write).toString()).toBe('é\x1b@C\x1b~@');
  });

  test('more long texts than are joined at a time come in their order', () => {
    const texts = Array.from({ length: 1000 }, (_, index) => `a text with the number ${index}`);
    expect(written(() => texts.forEach((text) => putValue(text, TOKEN))).toString()).toBe(texts.map((text) => `${text}\x1b@C`).join(''));
  });

  test.each(['a text beyond ASCII: é', '\ud83d and no other half', 'beyond Latin-1: 漢字'])('a long text asks to be written for itself: %j', (text) => {
    expect(() => written(() => put(text))).toThrow(expect.toSatisfy((thrown) => thrown === NEEDS_WIDE));
  });
});

describe('room', () => {
  /** Leaves this many bytes, or up to two more. */
  const leave = (room: number): void => {
    for (let left = PAGE_ROOM; left - 3 >= room; left -= 3) putToken(TOKEN);
  };

  test.each([['short text', 'x'], ['long text', 'x'.repeat(1000)], ['number', 42], ['fraction', 4.25]])('a %s that has none asks for text', (_kind, value) => {
    for (const isWide of [false, true]) {
      const write = (): void => { leave(2); putValue(value, TOKEN); };
      expect(() => written(write, isWide)).toThrow(expect.toSatisfy((thrown) => thrown === NEEDS_TEXT));
      abandonPage(NO_STATE);
    }
  });

  test('a page that ends behind its memory asks for text', () => {
    expect(() => written(() => { leave(1); putToken(TOKEN); })).toThrow(expect.toSatisfy((thrown) => thrown === NEEDS_TEXT));
  });

  test('a page may fill its memory', () => {
    const long = 'y'.repeat(20_000);
    const write = (): void => { for (let i = 0; i < 3; i++) putValue(long, TOKEN); putValue('z'.repeat(PAGE_ROOM - 60_012), TOKEN); };
    const expected = `${`${long}\x1b@C`.repeat(3)}${'z'.repeat(PAGE_ROOM - 60_012)}\x1b@C`;
    expect(written(write).equals(Buffer.from(expected))).toBe(true);
  });

  test('a page stays as it is when others follow it', () => {
    const engine = engineOf('<p>{{ x }}</p>');
    const texts = Array.from({ length: 200 }, (_, index) => `${index} ${'é'.repeat(500)}`);
    const pages = texts.map((x) => engine.render('page.html', { x }) as TemplatePage);
    expect(pages.map(String)).toEqual(texts.map((x) => `<p>${x}</p>`));
  });

  test('a page that was sent and is asked for again is the same page, whatever was rendered since', () => {
    const engine = engineOf('<p>{{ x }}{{ next() }}</p>');
    let calls = 0;
    const page = engine.render('page.html', { x: 'one', next: () => ++calls }) as TemplatePage;
    page.sent();
    engine.render('page.html', { x: 'two', next: () => ++calls });
    expect(Buffer.from(assembledBytes(page)).toString()).toBe('<p>one1</p>');
    expect(page.toString()).toBe('<p>one1</p>');
  });

  test('a page that is too large is gathered as text, and what it calls is not called again', () => {
    const engine = engineOf('{{ next() }}{% for x in list %}<b>{{ x }}</b>{% endfor %}{{ next() }}');
    let calls = 0;
    const list = Array.from({ length: 20_000 }, (_, index) => index);
    const render = (): string => String(engine.render('page.html', { list, next: () => ++calls }));
    const middle = list.map((x) => `<b>${x}</b>`).join('');
    expect(render()).toBe(`1${middle}2`);
    expect(render()).toBe(`3${middle}4`);
  });

  test('tokens alone can fill it', () => {
    const page = engineOf('{% for x in list %}<br>{% endfor %}').render('page.html', { list: new Array(30_000).fill(0) });
    expect(String(page)).toBe('<br>'.repeat(30_000));
  });
});

test.each([
  ['{{ a }}{{ b }}', '4213'], ['{% if a %}{{ a }}{{ b }}{% endif %}{{ a }}', '421342'], ['{% set x %}{{ a }}{{ b }}{% endset %}{{ x }}', '4213'],
  ['{{ zero }}{{ minus }}{{ half }}{{ big }}', '0-10.510000000000'],
])('numbers side by side stay apart: %s', (source, expected) => {
  const context = { a: 42, b: 13, zero: -0, minus: -1, half: 0.5, big: 1e10 };
  expect(engineOf(source).renderToString('page.html', context)).toBe(expected);
});

test('a page that is rendered while another one is has memory of its own', () => {
  const engine = engineOf({ 'page.html': '<p>{{ a }}{{ inner() }}{{ a }}</p>', 'inner.html': '<i>{{ b }}</i>' });
  const inner = (): string => engine.renderToString('inner.html', { b: 'inside' }) as string;
  expect(engine.renderToString('page.html', { a: '&', inner })).toBe('<p>&amp;&lt;i&gt;inside&lt;/i&gt;&amp;</p>');
});

test('a page that failed leaves nothing in the next one', () => {
  const engine = engineOf('<p>{{ a }}{{ b() }}</p>');
  const fails = (): never => { throw new Error('no'); };
  expect(() => engine.render('page.html', { a: 'first', b: fails })).toThrow('no');
  expect(String(engine.render('page.html', { a: 'second', b: () => '!' }))).toBe('<p>second!</p>');
});
