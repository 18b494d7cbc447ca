/** Places where Django's templates give something else than one would guess: what it gives was taken from Django itself. */
import { describe, expect, it } from 'vitest';
import { markSafe } from '../../../src/index.ts';
import { engineOf, rendered } from './support.ts';

const context = {
  safe: markSafe('<b>x & y</b>'), text: 'Hello World', lt: '<', list: [1, 2, 3], empty: [], nothing: null, smile: '😀 smile', date: new Date(Date.UTC(2023, 4, 6, 7, 8, 9)),
  people: [{ name: 'Ann', age: 30 }, { name: 'Bob', age: 25 }, { name: 'Cid', age: 25 }],
};

function gives(cases: readonly (readonly [string, string])[]): void {
  it.each(cases)('%s', (source, expected) => {
    expect(rendered(source, context)).toBe(expected);
  });
}

describe('markup stays markup', () => {
  gives([
    ['{{ safe|cut:"x" }}', '<b> & y</b>'],
    ['{{ safe|cut:";" }}', '&lt;b&gt;x &amp; y&lt;/b&gt;'],
    ['{{ safe|slice:":4" }}', '<b>x'],
    ['{{ safe|stringformat:"s" }}', '<b>x & y</b>'],
    ['{{ safe|add:"<i>" }}', '<b>x & y</b><i>'],
    ['{{ text|add:"<i>" }}', 'Hello World&lt;i&gt;'],
    ['{% filter upper %}a{{ lt }}b{% endfilter %}', 'A&LT;B'],
    ['{% with q="<i>" %}{{ q }}{% endwith %}', '<i>'],
    ['{% with q=lt %}{{ q }}{% endwith %}', '&lt;'],
    ['{{ list|yesno:"<y>,<n>" }}', '&lt;y&gt;'],
    ['{% autoescape off %}{{ people.0.name|make_list|join:"<" }}{{ "<"|add:lt|make_list|join:"&" }}{% endautoescape %}', 'A<n<n<&<'],
  ]);
});

describe('characters are not cut in two', () => {
  gives([
    ['{{ smile|slice:":3" }}', '😀 s'],
    ['[{{ smile|center:10 }}]', '[ 😀 smile  ]'],
    ['[{{ smile|ljust:8 }}][{{ smile|rjust:8 }}]', '[😀 smile ][ 😀 smile]'],
    ['[{{ smile|stringformat:"8s" }}]', '[ 😀 smile]'],
  ]);
});

describe('slice', () => {
  gives([
    ['{{ list|slice:"::2"|join:"" }}{{ list|slice:"::-1"|join:"" }}', '13321'],
    ['{{ list|slice:"-2:"|join:"" }}|{{ list|slice:"5:1"|join:"" }}|{{ list|slice:"2:0:-1"|join:"" }}', '23||32'],
    ['{{ 1234567|slice:":2" }}', '1234567'],
    ['{{ text|slice:"x" }}{{ text|slice:"::0" }}', 'Hello WorldHello World'],
    ['{{ text|slice:4 }}', 'Hell'],
    ['{% for column in list|slice(2) %}[{{ column|join:"" }}]{% endfor %}', '[12][3]'],
  ]);
});

describe('numbers', () => {
  gives([
    ['{{ 2.5|add:2 }} {{ "4"|add:"2" }} [{{ 4|add:"x" }}] [{{ text|add:2 }}] {{ missing|add:"x" }}', '4 6 [] [] x'],
    ['{{ list|add:list|join:"" }} [{{ list|add:1 }}]', '123123 []'],
    ['[{{ " "|floatformat }}][{{ date|floatformat }}][{{ empty|floatformat }}] {{ 34.26|floatformat:"x" }}', '[][][] 34.26'],
    ['{{ 1.5|filesizeformat }} {{ "3.7"|filesizeformat }}', '1\u00a0byte 0\u00a0bytes'],
    ['{{ 12.5|get_digit:1 }} {{ 123|get_digit:0 }} {{ "x1"|get_digit:1 }}', '2 123 x1'],
    ['[{{ missing|pluralize }}][{{ text|pluralize }}][{{ nothing|pluralize }}]', '[][][]'],
    ['{{ missing|yesno }} {{ nothing|yesno }}', 'no maybe'],
    ['{% widthratio 5 2 1 %} {% widthratio 7 2 1 %} {% widthratio 3 0 10 %} [{% widthratio missing 2 1 %}] {% widthratio 1 2 2.9 %}', '2 4 0 [] 1'],
  ]);
});

describe('stringformat', () => {
  gives([
    ['{{ 12|stringformat:"E" }} {{ 1234567|stringformat:"g" }} {{ 0.00001|stringformat:"g" }} {{ 2.5|stringformat:"g" }}', '1.200000E+01 1.23457e+06 1e-05 2.5'],
    ['[{{ 5|stringformat:"-4d|" }}] {{ 50|stringformat:"d%%" }} {{ 7|stringformat:"+03d" }} {{ 65|stringformat:"c" }}', '[5   |] 50% +07 A'],
    ['[{{ text|stringformat:"05d" }}][{{ 5|stringformat:"z" }}][{{ 5|stringformat:"%" }}][{{ 0.5|stringformat:"x" }}][{{ 0.5|stringformat:"c" }}]', '[][][][][]'],
  ]);
});

describe('text', () => {
  gives([
    ['{{ "a_b-c d2E i\'M I\'M"|title }}', 'A_B-C D2e I&#39;M I&#39;M'],
    ['{{ "<p>one <a>two</a> three</p>"|safe|truncatewords_html:2 }}', '<p>one <a>two …</a></p>'],
    ['{{ "see b=c&d=e. and more"|truncatewords_html:2 }}', 'see b=c&amp;d=e. …'],
    ['{{ "ab<b>cd</b>"|safe|truncatechars_html:2 }}', 'a…'],
    ['{{ "<p>one two</p>"|safe|truncatewords_html:2 }}[{{ "one"|truncatewords_html:0 }}]', '<p>one two</p>[]'],
  ]);
});

describe('comparing', () => {
  gives([
    ['{% if missing in text %}y{% else %}n{% endif %}{% if nothing in "" %}y{% else %}n{% endif %}', 'nn'],
    ['{% if 1 in "123" %}y{% else %}n{% endif %}{% if "1" in "123" %}y{% else %}n{% endif %}', 'ny'],
    ['{% if empty < 1 %}y{% else %}n{% endif %}{% if " " < 1 %}y{% else %}n{% endif %}', 'nn'],
  ]);
});

describe('dates', () => {
  gives([
    ['{{ date }}', 'May 6, 2023, 7:08 a.m.'],
    ['{{ missing|default:date }}', 'May 6, 2023, 7:08 a.m.'],
    ['{{ date|date:"" }} {{ date|time:"" }}', 'May 6, 2023 7:08 a.m.'],
    ['[{{ list|date }}]', '[]'],
  ]);

  it('are shown in the time zone of the engine, with the letter I for daylight saving time', () => {
    const zone = { timeZone: 'Europe/Berlin' };
    expect(rendered('{{ date }} {{ date|date:"I" }}', context, zone)).toBe('May 6, 2023, 9:08 a.m. 1');
    expect(rendered('{{ date|date:"I" }}', { date: new Date(Date.UTC(2023, 0, 6)) }, zone)).toBe('0');
  });
});

describe('tags', () => {
  gives([
    ['{% regroup people by age as groups %}{% for age, list in groups %}{{ age }}:{{ list|length }} {% endfor %}', '30:1 25:2 '],
    ['{% regroup people by name.0|lower as groups %}{% for g in groups %}{{ g.grouper }}{% endfor %}', 'abc'],
    ['{% regroup people by age|divisibleby:2|yesno as groups %}{% for g in groups %}{{ g.grouper }} {% endfor %}', 'yes no '],
    ['{% for p in people|dictsortreversed:"age" %}{{ p.name }}{% endfor %}', 'AnnBobCid'],
  ]);

  it('regroup by what is asynchronous', async () => {
    const people = [{ age: Promise.resolve(1) }, { age: 1 }, { age: Promise.resolve(2) }];
    const source = '{% regroup people by age|default:0 as groups %}{% for g in groups %}{{ g.grouper }}:{{ g.list|length }} {% endfor %}';
    expect(await engineOf(source).renderToString('page.html', { people })).toBe('1:2 2:1 ');
  });

  it('know of no loop around an include that sees nothing of it', () => {
    const row = '{% ifchanged a %}{{ a }}{% endifchanged %}{% for x in "z" %}{{ forloop.parentloop.counter }}{% endfor %}';
    const page = (only: string): string => `{% for n in list %}{% include "row.html" with a=1${only} %}{% endfor %}`;
    expect(rendered({ 'page.html': page(' only'), 'row.html': row }, context)).toBe('111');
    expect(rendered({ 'page.html': page(''), 'row.html': row }, context)).toBe('1123');
  });

  it('begin a cycle anew in each inclusion', () => {
    expect(rendered({ 'page.html': '{% for n in list %}{% include "row.html" %}{% endfor %}', 'row.html': '{% cycle "a" "b" %}{% cycle "c" "d" %}' }, context)).toBe('acacac');
  });
});
