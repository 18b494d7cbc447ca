import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookUp, negotiate } from '../../../src/pipeline/i18n/language-tags.ts';

const table = new Map(['en', 'de', 'pt-BR', 'zh-Hant', 'fr-CH'].map((code) => [code.toLowerCase(), code]));

describe('Accept-Language (RFC 9110 12.5.4)', () => {
  test.each([
    ['de', 'de'],
    ['de-CH', 'de'],
    ['DE-ch-1996', 'de'],
    ['fr;q=0.5, de;q=0.8, en;q=0.1', 'de'],
    ['fr;q=0.5,de;q=0.5', 'fr-CH'],
    ['xx, en', 'en'],
    ['zh-Hant-TW', 'zh-Hant'],
    ['zh-Hant-x-private', 'zh-Hant'],
    ['pt', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['de;q=0, en', 'en'],
    ['de; q=0.300 , en;q=0.4', 'en'],
    ['*', undefined],
    ['*, de', undefined],
    ['de;q=0.1, *;q=0.5', undefined],
    ['ja', undefined],
    ['', undefined],
    ['de;q=2, en;q=0.1', 'en'],
    ['de-, en', 'en'],
    ['english-language, de', 'de'],
  ])('%j asks for %j', (field, language) => {
    expect(negotiate(table, field)).toBe(language);
  });

  test('is read to its first 500 characters alone', () => {
    expect(negotiate(table, `${'x,'.repeat(250)}de`)).toBeUndefined();
  });

  test('gives one of the languages or none, whatever was sent', () => {
    const part = fc.constantFrom('de', 'en', '-', ';q=', '0', '1', '.', ',', '*', ' ', 'x', '\u00e4');
    fc.assert(fc.property(fc.array(part), (parts) => [undefined, ...table.values()].includes(negotiate(table, parts.join('')))));
  });
});

describe('looking a language up', () => {
  test('drops subtags from the end (RFC 4647 3.4)', () => {
    expect(['en-GB-oxendict', 'fr-CH-x', 'zh-hant-cn'].map((range) => lookUp(table, range))).toEqual(['en', 'fr-CH', 'zh-Hant']);
  });
});
