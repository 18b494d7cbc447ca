import { describe, expect, test } from 'vitest';
import type { TemplatePage } from '../../../src/index.ts';
import { PageMemory } from '../../../src/pipeline/templates/runtime/page-memory.ts';
import { put, putToken, putValue } from '../../../src/pipeline/templates/runtime/put.ts';
import { NEEDS_TEXT } from '../../../src/pipeline/templates/runtime/signals.ts';
import type { RenderState } from '../../../src/pipeline/templates/runtime/state.ts';
import { engineOf } from './support.ts';

/** Of no rendering: texts and numbers ask nothing of it. */
const NO_STATE = {} as RenderState;

/** The bytes that put() writes into new memory. */
function written(text: string): Buffer {
  const { bytes } = new PageMemory().take();
  return bytes.subarray(0, put(NO_STATE, bytes, 0, text));
}

describe('text is written as Buffer does it', () => {
  test.each([
    ['', 'nothing'], ['abc', 'ASCII'], ['é', 'two bytes'], ['aéb漢c', 'two and three bytes'], ['\u07ff\u0800\uffff\ud7ff\ue000', 'the ends of lengths'],
    ['a😀b', 'a pair'], ['a\ud83d', 'half of a pair'], ['\ude00\ud83d', 'halves in the wrong order'], ['\0\x7f\x80', 'controls'],
    ['x'.repeat(24), 'the longest short one'], ['漢'.repeat(24), 'the longest short one in three bytes each'], ['é'.repeat(25), 'a long one'],
    [`${'x'.repeat(5)}${'y'.repeat(30)}`.slice(3), 'a part of another'],
  ])('%j (%s)', (text) => {
    expect(written(text)).toEqual(Buffer.from(text, 'utf8'));
  });

  test.each([0, 7, 9, 10, 42, 99, 100, 12345, 4294967295])('the number %d is written as its text', (value) => {
    const { bytes } = new PageMemory().take();
    expect(bytes.subarray(0, put(NO_STATE, bytes, 0, value)).toString()).toBe(`${value}`);
  });

  test('a value stands before its token', () => {
    const { bytes } = new PageMemory().take();
    const end = putToken(bytes, putValue(NO_STATE, bytes, 0, 'é', 0x4043), 0x7e40);
    expect(bytes.subarray(0, end).toString()).toBe('é\x1b@C\x1b~@');
  });
});

describe('room', () => {
  test.each([['short', 'x'], ['long', 'x'.repeat(1000)]])('a %s value that has none asks for text', (_kind, text) => {
    const { bytes } = new PageMemory().take();
    expect(() => put(NO_STATE, bytes, bytes.length - 2, text)).toThrow(expect.toSatisfy((thrown) => thrown === NEEDS_TEXT));
  });

  test('a number that has none asks for text', () => {
    const { bytes } = new PageMemory().take();
    expect(() => put(NO_STATE, bytes, bytes.length - 1, 42)).toThrow(expect.toSatisfy((thrown) => thrown === NEEDS_TEXT));
  });

  test('a page that ends behind its block asks for text', () => {
    const memory = new PageMemory();
    const block = memory.take();
    expect(() => memory.keep(block, block.bytes.length + 3)).toThrow(expect.toSatisfy((thrown) => thrown === NEEDS_TEXT));
  });

  test('a page stays as it is when others follow it, in as many blocks as they need', () => {
    const engine = engineOf('<p>{{ x }}</p>');
    const texts = Array.from({ length: 200 }, (_, index) => `${index} ${'é'.repeat(500)}`);
    const pages = texts.map((x) => engine.render('page.html', { x }) as TemplatePage);
    expect(pages.map(String)).toEqual(texts.map((x) => `<p>${x}</p>`));
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
