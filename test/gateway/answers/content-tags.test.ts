import { describe, expect, test } from 'vitest';
import { ContentTags } from '../../../src/gateway/answers/content-tags.ts';
import { native } from '../../../src/native/load.ts';

const tags = new ContentTags('a secret of the application');

describe('entity-tags of contents', () => {
  test('are weak', () => {
    expect(tags.of('page')).toMatch(/^W\/"[0-9a-f]{16}"$/);
  });

  test('are the same for text and for its bytes', () => {
    const text = 'Grüße, 世界'.repeat(50);
    expect(tags.of(text)).toBe(tags.of(Buffer.from(text)));
  });

  test('do not mind where the bytes lie', () => {
    const memory = Buffer.from('--page--');
    expect(tags.of(memory.subarray(2, 6))).toBe(tags.of('page'));
  });

  test('change with the content, its length and the secret', () => {
    const others = [tags.of('pagf'), tags.of('page\0'), tags.of(''), new ContentTags('another').of('page'), new ContentTags('').of('page')];
    expect(new Set([tags.of('page'), ...others]).size).toBe(6);
  });

  test('are those of everybody who has the secret', () => {
    expect(new ContentTags('a secret of the application').of('page')).toBe(tags.of('page'));
  });

  test.each([[1], [null], [undefined], [{}], [new Float64Array(1)]])('are not made of %s', (content) => {
    expect(() => tags.of(content as unknown as string)).toThrow(/a string or a Uint8Array/);
  });

  test('need a table that the thread has registered', () => {
    expect(() => native().pageTag(4_000_000, 'page')).toThrow(TypeError);
  });
});
