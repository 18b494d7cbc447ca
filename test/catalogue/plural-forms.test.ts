import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePluralForms, type PluralRule } from '../../src/catalogue/plural-forms.ts';

const rule = (field: string): PluralRule => {
  const parsed = parsePluralForms(field);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
};

/** From the manual of gettext, with the same in JavaScript. */
const RULES: readonly (readonly [string, string, (n: number) => number])[] = [
  ['Japanese', 'nplurals=1; plural=0;', () => 0],
  ['English', 'nplurals=2; plural=n != 1;', (n) => (n !== 1 ? 1 : 0)],
  ['French', 'nplurals=2; plural=n>1;', (n) => (n > 1 ? 1 : 0)],
  ['Latvian', 'nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2;', (n) => (n % 10 === 1 && n % 100 !== 11 ? 0 : n !== 0 ? 1 : 2)],
  [
    'Russian',
    'nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);',
    (n) => (n % 10 === 1 && n % 100 !== 11 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 10 || n % 100 >= 20) ? 1 : 2),
  ],
  [
    'Arabic',
    'nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;',
    (n) => (n === 0 ? 0 : n === 1 ? 1 : n === 2 ? 2 : n % 100 >= 3 && n % 100 <= 10 ? 3 : n % 100 >= 11 ? 4 : 5),
  ],
];

describe('Plural-Forms', () => {
  test.each(RULES)('of %s gives the forms that it gives in C', (_language, field, expected) => {
    const { formOf } = rule(field);
    fc.assert(fc.property(fc.nat(), (n) => formOf(n) === expected(n)));
  });

  test('looks at the whole part of a number without its sign', () => {
    const { formOf } = rule('nplurals=2; plural=n != 1;');
    expect([formOf(-1), formOf(1.5), formOf(0.5), formOf(NaN)]).toEqual([0, 0, 1, 1]);
  });

  test.each([
    ['nplurals=2', 'expected "nplurals=2; plural=(n != 1);"'],
    ['nplurals=2; plural=process.exit(1);', 'unexpected "process.ex"'],
    ['nplurals=2; plural=n ? 1;', 'expected ":", found the end'],
    ['nplurals=2; plural=(n;', 'expected ")", found the end'],
    ['nplurals=2; plural=n n;', 'expected the end, found "n"'],
    ['nplurals=2; plural=n;', 'gives form 2 for 2; there are 2, from 0'],
    ['nplurals=2; plural=1/n;', 'gives form Infinity for 0'],
    [`nplurals=2; plural=${'('.repeat(60)}n;`, 'nested more than 50 deep'],
    [`nplurals=2; plural=${'!'.repeat(600)}n;`, 'more than 500 parts'],
  ])('refuses %s', (field, problem) => {
    expect(parsePluralForms(field)).toContain(problem);
  });

  test('never runs what it was given as code, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parsePluralForms(`nplurals=2; plural=${text};`);
        return typeof parsed === 'string' || parsed.formOf(3) < 2;
      }),
    );
  });
});
