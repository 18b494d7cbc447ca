import { describe, expect, test } from 'vitest';
import { rendered } from './support.ts';

const cities = [{ name: 'Mumbai', country: { name: 'India' } }, { name: 'Calcutta', country: { name: 'India' } }, { name: 'New York', country: { name: 'USA' } }];

describe('if', () => {
  const source = '{% if n > 2 %}many{% elif n == 2 %}two{% elif n %}one{% else %}none{% endif %}';
  test.each([[3, 'many'], [2, 'two'], [1, 'one'], [0, 'none']])('%i takes the branch %s', (n, expected) => {
    expect(rendered(source, { n })).toBe(expected);
  });

  test('branches with values, texts and statements mix', () => {
    const page = 'a{% if x %}b{{ x }}c{% else %}d{% endif %}e{% if x %}{% for i in x %}{{ i }}{% endfor %}{% endif %}f';
    expect(rendered(page, { x: 'ab' })).toBe('ababceabf');
    expect(rendered(page, { x: '' })).toBe('adef');
  });
});

describe('for', () => {
  test.each([
    ['{% for x in list %}{{ x }},{% endfor %}', 'a,b,c,'],
    ['{% for x in list reversed %}{{ x }}{% endfor %}', 'cba'],
    ['{% for x in none %}{{ x }}{% empty %}nothing{% endfor %}', 'nothing'],
    ['{% for x in none %}{{ x }}{% else %}nothing{% endfor %}', 'nothing'],
    ['{% for x in list if x != "b" %}{{ loop.index }}{{ x }}{% endfor %}', '1a2c'],
    ['{% for k, v in pairs %}{{ k }}={{ v }};{% endfor %}', 'p=1;q=2;'],
    ['{% for k, v in object %}{{ k }}={{ v }};{% endfor %}', 'x=1;y=2;'],
    ['{% for k, v in object.items %}{{ k }}={{ v }};{% endfor %}', 'x=1;y=2;'],
    ['{% for k, v in object.items() %}{{ k }}={{ v }};{% endfor %}', 'x=1;y=2;'],
    ['{% for k in object %}{{ k }}{% endfor %}', 'xy'],
    ['{% for k, v in map %}{{ k }}{{ v }}{% endfor %}', 'm1'],
    ['{% for x in set %}{{ x }}{% endfor %}', 's'],
    ['{% for x in "añ😀" %}{{ x }}.{% endfor %}', 'a.ñ.😀.'],
    ['{% for x in list %}{{ forloop.counter }}{{ forloop.counter0 }}{{ forloop.revcounter }}{{ forloop.revcounter0 }} {% endfor %}', '1032 2121 3210 '],
    ['{% for x in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.length }} {% endfor %}', '10323 21213 32103 '],
    ['{% for x in list %}{% if loop.first %}[{% endif %}{{ x }}{% if forloop.last %}]{% endif %}{% endfor %}', '[abc]'],
    ['{% for x in list %}{% for y in list %}{{ forloop.parentloop.counter }}{{ loop.index }} {% endfor %}{% endfor %}', '11 12 13 21 22 23 31 32 33 '],
    ['{% for x in list %}{{ loop.cycle("odd", "even") }} {% endfor %}', 'odd even odd '],
    ['{% for x in list %}{{ loop.previtem|default("-") }}{{ loop.nextitem|default("-") }} {% endfor %}', '-b ac b- '],
  ])('%s', (source, expected) => {
    const context = { list: ['a', 'b', 'c'], none: [], pairs: [['p', 1], ['q', 2]], object: { x: 1, y: 2 }, map: new Map([['m', 1]]), set: new Set(['s']) };
    expect(rendered(source, context)).toBe(expected);
  });

  test('a variable of the loop hides an outer name, which is back behind it', () => {
    expect(rendered('{% for x in list %}{{ x }}{% endfor %}{{ x }}', { list: [1, 2], x: 'o' })).toBe('12o');
  });

  test('an iterator that can be read once is read once, even when the page is rendered twice', () => {
    const once = (function* () { yield 'a'; yield 'b\x1b'; })();
    expect(rendered('{% for x in once %}{{ x }}{% endfor %}', { once })).toBe('ab\x1b');
  });
});

describe('with, set and scope', () => {
  test.each([
    ['{% with a=1 b="x" %}{{ a }}{{ b }}{% endwith %}{{ a }}', '1xo'],
    ['{% with a=1, b=2 %}{{ a + b }}{% endwith %}', '3'],
    ['{% with a as c %}{{ c }}{% endwith %}', 'o'],
    ['{% set a = 5 %}{{ a }}', '5'],
    ['{% set b, c = [1, 2] %}{{ b }}{{ c }}', '12'],
    ['{% set b %}<i>{{ lt }}</i>{% endset %}{{ b }}|{{ b|length }}', '<i>&lt;</i>|11'],
    ['{% for x in [1, 2] %}{% set a = x %}{{ a }}{% endfor %}{{ a }}', '12o'],
    ['{% if true %}{% set a = 9 %}{% endif %}{{ a }}', '9'],
    ['{% if false %}{% set a = 9 %}{% endif %}{{ a }}', 'o'],
    ['{% set ns = namespace(sum=0) %}{% for x in [1, 2, 3] %}{% set ns.sum = ns.sum + x %}{% endfor %}{{ ns.sum }}', '6'],
    ['{% set c = cycler("a", "b") %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}', 'abab'],
    ['{% set j = joiner("|") %}{% for x in [1, 2, 3] %}{{ j() }}{{ x }}{% endfor %}', '1|2|3'],
  ])('%s', (source, expected) => {
    expect(rendered(source, { a: 'o', lt: '<' })).toBe(expected);
  });
});

describe('cycle, ifchanged, firstof, regroup', () => {
  test.each([
    ['{% for x in "abc" %}{% cycle "1" "2" %}{{ x }}{% endfor %}', '1a2b1c'],
    ['{% for x in "abc" %}{% cycle "1" "2" as c silent %}{{ c }}{{ x }}{% endfor %}', '1a2b1c'],
    ['{% cycle "a" "b" as c %}{% cycle c %}{% cycle c %}', 'aba'],
    ['{% for x in "aab" %}{% ifchanged %}{{ x }}{% cycle "1" "2" %}{% endifchanged %}{% endfor %}', 'a1a2b1'],
    ['{% for x in "ab" %}{% set s %}{% cycle "1" "2" %}{{ loop.index }}{% endset %}{{ s }}{% endfor %}', '1122'],
    ['{% for g in ["xy", "z"] %}{% for x in g %}{% cycle "1" "2" %}{% endfor %}{% resetcycle %}{% endfor %}', '121'],
    ['{% for x in "aab" %}{% ifchanged %}{{ x }}{% endifchanged %}{% endfor %}', 'ab'],
    ['{% for x in "aab" %}{% ifchanged x %}[{{ x }}]{% else %}same{% endifchanged %}{% endfor %}', '[a]same[b]'],
    ['{% for g in ["ab", "ba"] %}{% for x in g %}{% ifchanged x %}{{ x }}{% endifchanged %}{% endfor %}{% endfor %}', 'abba'],
    ['{% firstof none empty "<fallback>" %}', '<fallback>'],
    ['{% firstof none lt %}', '&lt;'],
    ['{% firstof none lt as x %}[{{ x }}]', '[&lt;]'],
    ['{% regroup cities by country.name as groups %}{% for g in groups %}{{ g.grouper }}:{% for c in g.list %}{{ c.name }},{% endfor %}{% endfor %}', 'India:Mumbai,Calcutta,USA:New York,'],
  ])('%s', (source, expected) => {
    expect(rendered(source, { none: null, empty: '', lt: '<', cities })).toBe(expected);
  });
});

describe('tags that give text', () => {
  test.each([
    ['{% url "home" %}', '/'],
    ['{% url "post" 7 %}', '/posts/7/'],
    ['{% url "post" id=n %}', '/posts/8/'],
    ['{% url "post" id=n as link %}[{{ link }}]', '[/posts/8/]'],
    ['{% url "none" as link %}[{{ link }}]', '[]'],
    ['{{ url("post", id=7) }}{{ url("post", {id: 8}) }}', '/posts/7//posts/8/'],
    ['{% static "a/b.css" %}', '/static/a/b.css'],
    ['{% csrf_token %}', '<input type="hidden" name="csrfmiddlewaretoken" value="a&lt;b">'],
    ['{% widthratio 175 200 100 %}', '88'],
    ['{% widthratio 1 0 100 %}', '0'],
    ['{% templatetag openblock %}{% templatetag closevariable %}', '{%}}'],
    ['{% filter upper|cut:"B" %}a{{ b }}c{% endfilter %}', 'AC'],
    ['{% filter force_escape %}<b>{% endfilter %}', '&lt;b&gt;'],
    ['{% spaceless %} <p> <b>a b</b> </p> {% endspaceless %}', '<p><b>a b</b></p>'],
    ['{% querystring page=2 q=None %}', '?a=1&amp;page=2'],
    ['{% load static i18n %}x', 'x'],
  ])('%s', (source, expected) => {
    expect(rendered(source, { n: 8, b: 'b', csrf_token: 'a<b', request: { queryString: 'a=1&page=1&q=x' } })).toBe(expected);
  });

  test('now shows the time in the zone of the option', () => {
    const year = new Intl.DateTimeFormat('en', { timeZone: 'Asia/Tokyo', year: 'numeric' }).format(new Date());
    expect(rendered('{% now "Y" %}', {}, { timeZone: 'Asia/Tokyo' })).toBe(year);
  });
});

describe('comments, raw parts and white space', () => {
  test.each([
    ['a{# {{ x }} #}b', 'ab'],
    ['a{% comment "why it\'s" %}{{ x {% endcomment %}b', 'ab'],
    ['{% raw %}{{ x }}{% if %}{% endraw %}', '{{ x }}{% if %}'],
    ['{% verbatim %}{{ x }}{% endverbatim %}', '{{ x }}'],
    ['{% verbatim one %}{% endverbatim %}{% endverbatim one %}', '{% endverbatim %}'],
    ['a {{- " b " -}} c', 'a b c'],
    ['a\n{%- if true -%}\n b \n{%- endif -%}\n c', 'abc'],
    ['a {#- x -#} b', 'ab'],
    ['{ {', '{ {'],
    ['{% raw -%} x {%- endraw %}', 'x'],
  ])('%j', (source, expected) => {
    expect(rendered(source, { x: 'X' })).toBe(expected);
  });
});
