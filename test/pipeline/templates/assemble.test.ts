import { describe, expect, test } from 'vitest';
import { assemble, assembleText } from '../../../src/pipeline/templates/runtime/assemble.ts';
import { ESC_BYTE, ESC_ON, LiteralTable, RAW_ON } from '../../../src/pipeline/templates/runtime/literals.ts';

const table = new LiteralTable();
const open = table.token('<p>', 0) as string;
const raw = table.token('<p>', 1) as string;
const close = table.token('</p>', 0) as string;

/** Both assemblers, which must agree. */
function assembled(payload: string, tokens: number): string | null {
  const bytes = assemble(table, payload, tokens);
  const text = assembleText(table, payload, tokens);
  if (bytes !== null) expect(Buffer.from(bytes).toString()).toBe(Buffer.from(text ?? 'null').toString());
  return bytes === null ? null : Buffer.from(bytes).toString();
}

describe('assemble', () => {
  test.each([
    ['', 0, ''],
    [`${open}a<b>${close}`, 2, '<p>a&lt;b&gt;</p>'],
    [`${raw}a<b>${close}`, 2, '<p>a<b></p>'],
    [`<${RAW_ON}<${ESC_ON}<${ESC_ON}`, 3, '&lt;<&lt;'],
    [`${RAW_ON}<${ESC_BYTE}<${ESC_ON}`, 3, '<\x1b<'],
    [`&<>"'${ESC_ON}`, 1, '&amp;&lt;&gt;&quot;&#39;'],
    [`é漢😀\0\u2028${ESC_ON}`, 1, 'é漢😀\0\u2028'],
  ])('%j with %i tokens is %j', (payload, tokens, expected) => {
    expect(assembled(payload, tokens)).toBe(expected);
  });

  test.each([
    [`${open}a${close}`, 1],
    [`${open}a${close}`, 3],
    [`${open}a\x1b${close}`, 2],
    [`${open}a\x1b@Cb${close}`, 2],
    ['\x1b~~', 1],
    ['\x1b@', 1],
    ['\x1b', 1],
    ['\x1b<<', 1],
    [`${open}a`, 1],
    ['a', 0],
  ])('%j with %i tokens is refused', (payload, tokens) => {
    expect(assemble(table, payload, tokens)).toBeNull();
  });

  test('large pages and pages made of entities fit', () => {
    for (const value of ['"'.repeat(300_000), '漢'.repeat(100_000), 'a'.repeat(1_000_000)]) {
      const expected = value.replaceAll('"', '&quot;');
      expect(assembled(`${open}${value}${close}`, 2)).toBe(`<p>${expected}</p>`);
    }
  });

  test('long literals fit behind short values', () => {
    const own = new LiteralTable();
    const long = own.token('x'.repeat(500_000), 0) as string;
    expect(assemble(own, long + long, 2)?.length).toBe(1_000_000);
  });

  test('the bytes are the caller\'s own', () => {
    const first = assemble(table, `${open}a${close}`, 2) as Uint8Array;
    assemble(table, `${open}b${close}`, 2);
    expect(Buffer.from(first).toString()).toBe('<p>a</p>');
  });

  test('equal literals share an id, and the table only grows', () => {
    expect(table.token('<p>', 0)).toBe(open);
    expect(table.token('<p>', 1)).not.toBe(open);
    expect(table.literals.map(({ text }) => text)).toEqual(['<p>', '<p>', '</p>']);
  });
});
