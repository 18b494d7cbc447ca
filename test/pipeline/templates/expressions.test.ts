import { describe, expect, test } from 'vitest';
import { markSafe } from '../../../src/index.ts';
import { rendered } from './support.ts';

class User {
  first = 'Ada';
  #last = 'Lovelace';
  get last(): string {
    return this.#last;
  }
  fullName(): string {
    return `${this.first} ${this.last}`;
  }
  greet(word: string, named: { mark?: string } = {}): string {
    return `${word}, ${this.first}${named.mark ?? '.'}`;
  }
}

const context = {
  n: 7, zero: 0, text: 'abc', empty: '', list: [1, 2, 3], nothing: null, yes: true, nested: { a: { b: ['x', 'y'] }, 'odd-key': 'k' },
  map: new Map<unknown, unknown>([['a', 1], ['size', 'own']]), set: new Set(['s']), user: new User(), when: new Date(0),
  add: (a: number, b: number) => a + b, lazy: () => 'made', safe: markSafe('<b>'), big: 12n,
};

describe('expressions', () => {
  test.each([
    ['{{ n }}', '7'],
    ['{{ text }}', 'abc'],
    ['{{ nothing }}', ''],
    ['{{ missing }}', ''],
    ['{{ missing.deeper.still }}', ''],
    ['{{ yes }}', 'true'],
    ['{{ big }}', '12'],
    ['{{ nested.a.b.1 }}', 'y'],
    ['{{ nested.a.b[0] }}', 'x'],
    ['{{ nested["odd-key"] }}', 'k'],
    ['{{ list[-1] }}', '3'],
    ['{{ list[1:] | join("-") }}', '2-3'],
    ['{{ text[:2] }}', 'ab'],
    ['{{ map.a }}', '1'],
    ['{{ map.size }}', '2'],
    ['{{ map.get("size") }}', 'own'],
    ['{{ user.first }} {{ user.last }}', 'Ada Lovelace'],
    ['{{ user.fullName }}', 'Ada Lovelace'],
    ['{{ user.fullName() }}', 'Ada Lovelace'],
    ['{{ user.greet("Hi", mark="!") }}', 'Hi, Ada!'],
    ['{{ lazy }} {{ lazy() }}', 'made made'],
    ['{{ add(1, 2) }}', '3'],
    ['{{ text.toUpperCase() }}', 'ABC'],
    ['{{ text.length }}', '3'],
    ['{{ when.getUTCFullYear() }}', '1970'],
    ['{{ 1 + 2 * 3 }}', '7'],
    ['{{ (1 + 2) * 3 }}', '9'],
    ['{{ 7 // 2 }} {{ 7 / 2 }} {{ -7 % 3 }} {{ 2 ** 3 ** 2 }}', '3 3.5 2 512'],
    ['{{ "a" ~ 1 ~ "b" }}', 'a1b'],
    ['{{ "a" + text }}', 'aabc'],
    ['{{ n - 1 }}', '6'],
    ['{{ -n }} {{ -n|abs }}', '-7 7'],
    ['{{ n == 7 }} {{ n != 7 }} {{ n < 8 }} {{ n >= 8 }}', 'true false true false'],
    ['{{ 2 in list }} {{ "b" in text }} {{ "a" in nested }} {{ "s" in set }} {{ 9 not in list }}', 'true true true true true'],
    ['{{ n == "7" }}', 'false'],
    ['{{ nothing == missing }}', 'true'],
    ['{{ "yes" if n > 3 else "no" }}', 'yes'],
    ['{{ "yes" if n > 30 }}', ''],
    ['{{ empty or zero or "last" }}', 'last'],
    ['{{ text and n }}', '7'],
    ['{{ not empty }}', 'true'],
    ['{{ [1, [2, 3]][1][0] }}', '2'],
    ['{{ {a: 1, "b": 2}.b }}', '2'],
    ['{{ (1, 2)|length }}', '2'],
    ['{{ "it\'s" }}', "it's"],
    ['{{ "a}}b" }}', 'a}}b'],
    ['{{ text|upper|lower|capfirst }}', 'Abc'],
    ['{{ missing|default:"none" }} {{ missing|default("none") }}', 'none none'],
    ['{{ missing|default:nested.a.b.0 }}', 'x'],
    ['{{ list is iterable }} {{ n is odd }} {{ n is not even }} {{ n is divisibleby 7 }} {{ n is divisibleby(2) }}', 'true true true true false'],
    ['{{ missing is defined }} {{ nothing is none }} {{ nothing is None }}', 'false true true'],
    ['{{ safe }}', '<b>'],
    ['{{ safe + "<i>" }}', '&lt;b&gt;&lt;i&gt;'],
    ['{{ "<i>" }}{{ text + "<" }}', '<i>abc&lt;'],
    ['{{ range(3)|join }} {{ range(2, 8, 3)|join(",") }}', '012 2,5'],
  ])('%s gives %s', (source, expected) => {
    expect(rendered(source, context)).toBe(expected);
  });

  test('empty lists, maps, sets and objects are false, as in Python', () => {
    const source = '{% for x in values %}{{ "t" if x else "f" }}{% endfor %}';
    expect(rendered(source, { values: [[], {}, new Map(), new Set(), '', 0, null, false, [0], { a: 1 }, 'x', new Date(0)] })).toBe('fffffffftttt');
  });

  test('the five characters are escaped, once', () => {
    expect(rendered('{{ x }}', { x: `&<>"'` })).toBe('&amp;&lt;&gt;&quot;&#39;');
    expect(rendered('{{ x|escape|escape }}', { x: '<' })).toBe('&lt;');
    expect(rendered('{{ x|force_escape|force_escape }}', { x: '<' })).toBe('&amp;lt;');
    expect(rendered('{{ x|safe }}{{ x }}', { x: '<' })).toBe('<&lt;');
  });

  test('autoescape can be off for a part', () => {
    expect(rendered('{% autoescape off %}{{ x }}{% autoescape on %}{{ x }}{% endautoescape %}{% if x %}{{ x }}{% endif %}{% endautoescape %}{{ x }}', { x: '<' })).toBe('<&lt;<&lt;');
  });

  test('a lazy value is called only if it is read, and once', () => {
    let calls = 0;
    const lazy = (): string => `v${++calls}`;
    expect(rendered('{% if false %}{{ lazy }}{% endif %}', { lazy })).toBe('');
    expect(calls).toBe(0);
    expect(rendered('{{ lazy }}{{ lazy }}', { lazy })).toBe('v1v1');
  });

  test('templates that name the same attribute of different shapes agree', () => {
    const rows = [{ v: 1 }, { a: 0, v: 'two' }, new Map([['v', 3]]), { get v() { return 4; } }, Object.create(null, { v: { value: 5 } }) as object, null, 'text'];
    expect(rendered('{% for r in rows %}[{{ r.v }}]{% endfor %}', { rows })).toBe('[1][two][3][4][5][][]');
  });
});
