import { describe, expect, test } from 'vitest';
import { engineOf, failure, rendered, renderedInDebug } from './support.ts';

const levels = {
  'base.html': '<title>{% block title %}BASE{% endblock %}</title>{% block body %}{% block inner %}i{% endblock %}{% endblock %}',
  'one.html': '{% extends "base.html" %}{% block title %}one<{{ block.super }}{% endblock %}',
  'two.html': '{% extends "one.html" %}{% block title %}two<{{ super() }}{% endblock title %}{% block inner %}[{{ x }}{{ super() }}]{% endblock %}',
  'three.html': '{% extends "two.html" %}ignored {{ text }}{% block title %}three<{{ block.super|lower }}{% endblock %}',
  'page.html': '{% extends "three.html" %}{% block body %}({{ super() }}){% endblock %}',
};

describe('extends and block', () => {
  test('blocks are overridden through four levels, and super reaches each', () => {
    expect(rendered(levels, { x: '&' })).toBe('<title>three<two<one<base</title>([&amp;i])');
  });

  test('a block is empty where its parent has none of it', () => {
    expect(rendered({ 'base.html': '{% block a %}{% endblock %}', 'page.html': '{% extends "base.html" %}{% block a %}x{{ block.super }}{% endblock %}' })).toBe('x');
  });

  test('blocks see the variables of the place where they are', () => {
    const sources = { 'base.html': '{% for n in [1, 2] %}{% block row %}{% endblock %}{% endfor %}', 'page.html': '{% extends "base.html" %}{% block row %}({{ n }}){% endblock %}' };
    expect(rendered(sources)).toBe('(1)(2)');
  });

  test('what a child sets or imports at its top is there in its blocks and in those of its parents', () => {
    const sources = {
      'tools.html': '{% macro b(x) %}<b>{{ x }}</b>{% endmacro %}',
      'base.html': '{% set from_base = "B" %}{% block a %}{{ from_child }}{% endblock %}{% block c %}{% endblock %}',
      'page.html': '{% extends "base.html" %}{% set from_child = "C" %}{% import "tools.html" as t %}{% block c %}{{ t.b(from_base) }}{% endblock %}',
    };
    expect(rendered(sources)).toBe('C<b>B</b>');
  });

  test('self shows a block once more', () => {
    expect(rendered('{% block t %}T{{ x }}{% endblock %}|{{ self.t() }}|{{ self.t()|lower }}', { x: '<' })).toBe('T&lt;|T&lt;|t&lt;');
  });

  test('a parent that is named by a value is found while rendering', () => {
    const sources = { 'a.html': 'A{% block x %}{% endblock %}', 'b.html': 'B{% block x %}{% endblock %}', 'page.html': '{% extends "a.html" if short else layout %}{% block x %}{{ v }}{% endblock %}' };
    expect(rendered(sources, { layout: 'b.html', v: '<' })).toBe('B&lt;');
    expect(rendered(sources, { short: true, v: 1 })).toBe('A1');
  });

  test('names may be relative to the template', () => {
    const sources = { 'site/base.html': 'S{% block x %}{% endblock %}', 'site/blog/row.html': 'row', 'site/blog/post.html': '{% extends "../base.html" %}{% block x %}{% include "./row.html" %}{% endblock %}', 'page.html': '{% include "site/blog/post.html" %}' };
    expect(rendered(sources)).toBe('Srow');
  });

  test('a template that extends itself through others is refused', () => {
    expect(failure({ 'page.html': '{% extends "b.html" %}', 'b.html': '{% extends "page.html" %}' })).toMatch(/"page.html" extends itself: page.html:1 → b.html:1 → page.html$/m);
  });

  test('the same block twice in a template is refused', () => {
    expect(failure('{% block a %}{% endblock %}{% block a %}{% endblock %}')).toMatch(/^page.html:1:28 there is another \{% block a %\}/);
  });
});

describe('include', () => {
  test.each([
    ['{% include "p.html" %}', '[o]'],
    ['{% include "p.html" with a="x" %}', '[x]'],
    ['{% include "p.html" with b=1 only %}', '[]'],
    ['{% with a="w" %}{% include "p.html" %}{% endwith %}', '[w]'],
    ['{% for a in [1, 2] %}{% include "p.html" %}{% endfor %}', '[1][2]'],
    ['{% for a in [1, 2] %}{% include name %}{% endfor %}', '[1][2]'],
    ['{% include name with a="<" only %}', '[<]'],
    ['{% include ["none.html", "p.html"] %}', '[o]'],
    ['{% include "none.html" ignore missing %}|', '|'],
    ['{% include missing_name ignore missing %}|', '|'],
    ['{% include "child.html" %}', '(o)'],
    ['{% for x in "ab" %}{% include "loop.html" %}{% endfor %}', '1a2b'],
    ['{% for x in "ab" %}{% include loopname %}{% endfor %}', '1a2b'],
  ])('%s', (source, expected) => {
    const sources = { 'page.html': source, 'p.html': '[{{ a }}]', 'base.html': '{% block x %}{% endblock %}', 'child.html': '{% extends "base.html" %}{% block x %}({{ a }}){% endblock %}', 'loop.html': '{{ loop.index }}{{ x }}' };
    expect(rendered(sources, { a: 'o', name: 'p.html', loopname: 'loop.html' })).toBe(expected);
  });

  test('what an included template sets stays inside of it', () => {
    expect(rendered({ 'page.html': '{% include "p.html" %}{{ a }}', 'p.html': '{% set a = 2 %}{{ a }}' }, { a: 1 })).toBe('21');
  });

  test('a template may include itself as long as it ends', () => {
    const sources = { 'page.html': '{% include "node.html" with node=tree %}', 'node.html': '<li>{{ node.name }}{% for child in node.children %}{% include "node.html" with node=child %}{% endfor %}</li>' };
    const tree = { name: 'a', children: [{ name: 'b', children: [{ name: '<', children: [] }] }, { name: 'c', children: [] }] };
    expect(rendered(sources, { tree })).toBe('<li>a<li>b<li>&lt;</li></li><li>c</li></li>');
  });

  test('includes without end are an error that names the place', () => {
    expect(failure({ 'page.html': 'a\n{% include "page.html" %}' })).toMatch(/^page.html:2:1 templates include each other more than 100 deep: page.html:2 → page.html$/m);
  });

  test('includes without end through others name the way, with the line of each', () => {
    const sources = { 'page.html': 'a\n{% include "b.html" %}', 'b.html': '{% if true %}\n\n{% include "sub/c.html" %}{% endif %}', 'sub/c.html': '{% include "../page.html" %}' };
    expect(failure(sources)).toMatch(/more than 100 deep: sub\/c.html:1 → page.html:2 → b.html:3 → sub\/c.html$/m);
  });

  test('includes without end through a name that is a value name the rest of the way', () => {
    const sources = { 'page.html': 'a{% include next %}', 'b.html': '\n{% include "page.html" %}' };
    expect(failure(sources, { next: 'b.html' })).toMatch(/more than 100 deep: page.html → b.html:2 → page.html$/m);
  });

  test('includes without end whose names are all values keep the plain message', () => {
    const sources = { 'page.html': 'a{% include next %}', 'b.html': '{% include back %}' };
    expect(failure(sources, { next: 'b.html', back: 'page.html' })).toMatch(/more than 100 deep$/m);
  });

  test('imports without end name the way, too', () => {
    const sources = { 'page.html': '{% import "b.html" as b %}{{ b.x() }}', 'b.html': '\n{% import "page.html" as a %}{% macro x() %}{% endmacro %}' };
    expect(failure(sources)).toMatch(/more than 100 deep: (page.html:1 → b.html:2 → page.html|b.html:2 → page.html:1 → b.html)$/m);
  });

  test('a large template is compiled once and called', () => {
    const sources = { 'page.html': '{% for a in "xy" %}{% include "big.html" %}{% endfor %}', 'big.html': '{{ a }}.'.repeat(400) };
    expect(rendered(sources)).toBe('x.'.repeat(400) + 'y.'.repeat(400));
  });
});

describe('partials', () => {
  const sources = { 'page.html': 'A{% partialdef row %}({{ x }}){% endpartialdef %}{% partial row %}{% partialdef shown inline %}S{% endpartialdef shown %}{% with x=2 %}{% partial row %}{% endwith %}' };

  test('a partial is shown where it is asked for', () => {
    expect(rendered(sources, { x: 1 })).toBe('A(1)S(2)');
  });

  test('a partial can be rendered by itself', () => {
    expect(engineOf(sources).renderToString('page.html#row', { x: '<' })).toBe('(&lt;)');
    expect(() => engineOf(sources).renderToString('page.html#rwo')).toThrow(/no \{% partialdef rwo %\} in this template \(did you mean "row"\?\)/);
  });
});

describe('macros', () => {
  test.each([
    ['{% macro m(a, b="B") %}{{ a }}{{ b }}{% endmacro %}{{ m("x") }}{{ m("x", "y") }}{{ m(b="1", a="2") }}', 'xBxy21'],
    ['{{ later("x") }}{% macro later(a) %}[{{ a }}]{% endmacro %}{{ later("y") }}', '[x][y]'],
    ['{% macro m(a) %}<i>{{ a }}</i>{% endmacro %}{% set s = m("<") %}{{ s }}{{ s|length }}', '<i>&lt;</i>11'],
    ['{% macro m(a) %}{{ a }}{% if a > 0 %}{{ m(a - 1) }}{% endif %}{% endmacro %}{{ m(3) }}', '3210'],
    ['{% macro m() %}{{ outer }}{% endmacro %}{{ m() }}', 'O'],
    ['{% import "t.html" as t %}{{ t.link("<", label="L") }}{{ t.color }}', '<a href="&lt;">L</a>red'],
    ['{% from "t.html" import link as l, color %}{{ l("x") }}{{ color }}', '<a href="x">x</a>red'],
    ['{% import "t.html" as t %}{{ t.seen() }}', ''],
    ['{% import "t.html" as t with context %}{{ t.seen() }}', 'O'],
    ['{% macro box(title) %}({{ title }}:{{ caller() }}){% endmacro %}{% call box("p") %}{{ outer }}{% endcall %}', '(p:O)'],
    ['{% macro each(list) %}{% for x in list %}{{ caller(x) }}{% endfor %}{% endmacro %}{% call(x) each([1, 2]) %}({{ x }}){% endcall %}', '(1)(2)'],
    ['{% macro m(a) %}{{ a }}{% endmacro %}{{ m("<")|upper }}', '&amp;LT;'],
    ['{% macro m() %}"{% endmacro %}<p title="{{ m()|safe }}">', '<p title=""">'],
    ['{% autoescape off %}{% macro m(a) %}{{ a }}{% endmacro %}{{ m("<") }}{{ up("<") }}{% endautoescape %}', '<<'],
  ])('%s', (source, expected) => {
    const sources = { 'page.html': source, 't.html': '{% set color = "red" %}{% macro link(href, label) %}<a href="{{ href }}">{{ label or href }}</a>{% endmacro %}{% macro seen() %}{{ outer }}{% endmacro %}' };
    expect(rendered(sources, { outer: 'O', up: (text: string) => text.toUpperCase() })).toBe(expected);
  });

  test('arguments that a macro does not have are errors at the call', () => {
    expect(failure('{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}')).toMatch(/^page.html:1:34 the macro "m" takes 1 arguments, not 2/);
    expect(failure('{% macro m(a) %}{% endmacro %}{{ m(b=2) }}')).toMatch(/the macro "m" has no parameter "b"/);
    expect(failure('{% macro m(a) %}{% endmacro %}{{ m(1, a=2) }}')).toMatch(/got its parameter "a" twice/);
  });

  test('from names what the template does not define', () => {
    expect(failure({ 'page.html': '{% from "t.html" import nope %}', 't.html': '{% set a = 1 %}' })).toMatch(/^page.html:1:25 the template defines no "nope"; it defines a/);
  });

  test('a function that is not there is an error, not nothing', () => {
    expect(() => renderedInDebug('{{ nothing() }}')).toThrow(/there is no function "nothing" here/);
  });
});

describe('tags, filters, tests and globals of the application', () => {
  const options = {
    globals: { site: '<S>', twice: (n: number) => n * 2 },
    filters: { shout: (text: string, mark = '!') => `${text}${mark}`, named: (value: string, { end }: { end: string }) => value + end },
    tests: { short: (text: string, limit = 3) => text.length <= limit },
    tags: {
      hello: ({ args, named }: { args: readonly unknown[]; named: Readonly<Record<string, unknown>> }) => `<${String(args[0])} ${String(named['to'])}>`,
      box: { hasBody: true, render: ({ body }: { body: unknown }) => body },
      who: ({ context }: { context: object }) => (context as { me: string }).me,
    },
  };
  test.each([
    ['{{ site }}{{ twice(4) }}', '&lt;S&gt;8'],
    ['{{ "a"|shout }}{{ "a"|shout:"?" }}{{ "a"|shout("#") }}', 'a!a?a#'],
    ['{{ "a"|named(end="z") }}', 'az'],
    ['{{ "abc" is short }}{{ "abc" is short(2) }}', 'truefalse'],
    ['{% hello "x" to="y" %}', '&lt;x y&gt;'],
    ['{% hello "x" to="y" as z %}[{{ z }}]', '[&lt;x y&gt;]'],
    ['{% box %}<b>{{ me }}</b>{% endbox %}', '<b>&lt;</b>'],
    ['{% who %}', '&lt;'],
  ])('%s', (source, expected) => {
    expect(rendered(source, { me: '<' }, options)).toBe(expected);
  });
});
