import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { TemplatePage } from '../../../src/index.ts';
import { engineOf, rendered } from './support.ts';

async function* late(...values: unknown[]): AsyncGenerator<unknown> {
  for (const value of values) {
    await setImmediate();
    yield value;
  }
}

const later = async <T>(value: T): Promise<T> => {
  await setImmediate();
  return value;
};

describe('asynchronous values', () => {
  test.each([
    ['{{ p }}', '&lt;'],
    ['{{ user.name }}{{ user.name|upper }}', 'adaADA'],
    ['{{ lazy }}{{ lazy }}', '11'],
    ['{{ load("a") }}{{ load("b")|upper }}', 'aB'],
    ['{{ obj.get() }}{{ obj.get }}', 'gg'],
    ['{{ query() }}{{ query }}', 'qq'],
    ['{% for x in rows %}{{ x }},{% endfor %}', '1,2,'],
    ['{% for x in rows %}{{ loop.last }}{% endfor %}', 'falsetrue'],
    ['{% for x in pending %}{{ x }}{% empty %}none{% endfor %}', 'ab'],
    ['{% for x in promises %}{{ x }}{% endfor %}', 'xy'],
    ['{% if no %}a{% else %}b{% endif %}{% if p %}c{% endif %}', 'bc'],
    ['{% with a=p b=user.name %}{{ a }}{{ b }}{% endwith %}', '&lt;ada'],
    ['{% macro m(x) %}[{{ x }}{{ caller() if caller else "" }}]{% endmacro %}{{ m(p) }}{% call m(1) %}{{ p }}{% endcall %}', '[&lt;][1&lt;]'],
    ['{% set s %}<b>{{ p }}</b>{% endset %}{{ s }}{{ s|length }}', '<b>&lt;</b>11'],
    ['{% import "m.html" as t %}{{ t.wrap(p) }}', '(&lt;)'],
    ['{% include "p.html" %}{% include name %}', '&lt;&lt;'],
    ['{% extends layout %}{% block a %}{{ p }}{% endblock %}', 'L&lt;'],
    ['{{ p|slow }}', '&lt;!'],
    ['{% tag %}', 'T'],
    ['{% for x in "aab" %}{% ifchanged %}{{ x }}{% endifchanged %}{% endfor %}{{ p }}', 'ab&lt;'],
    ['{{ p ~ p if p else p }}{{ no or p }}{{ [p, 1]|join("-") }}', '&lt;&lt;&lt;&lt;-1'],
  ])('%s', async (source, expected) => {
    const engine = engineOf(
      { 'page.html': source, 'm.html': '{% macro wrap(x) %}({{ x }}){% endmacro %}', 'p.html': '{{ p }}', 'l.html': 'L{% block a %}{% endblock %}' },
      { filters: { slow: async (value: string) => later(`${value}!`) }, tags: { tag: async () => later('T') } },
    );
    let calls = 0;
    const context = () => ({
      p: later('<'), user: later({ name: later('ada') }), lazy: () => later(++calls), query: () => ({ then: (done: (value: string) => void) => done('q') }), load: (x: string) => later(x), obj: { get: async () => later('g') }, rows: late(1, 2), pending: later(['a', 'b']), promises: [later('x'), later('y')],
      no: later(''), name: 'p.html', layout: later('l.html'),
    });
    const first = engine.renderToString('page.html', context());
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toBe(expected);
    // Later renderings begin in the asynchronous form.
    calls = 0;
    expect(await engine.renderToString('page.html', context())).toBe(expected);
  });

  test('what has effects happens once, although the page was begun twice', async () => {
    const seen: string[] = [];
    const log = (word: string): string => {
      seen.push(word);
      return word;
    };
    expect(await engineOf('{{ log("a") }}{{ p }}{{ log("b") }}').renderToString('page.html', { log, p: later('p') })).toBe('apb');
    expect(seen).toEqual(['a', 'b']);
  });

  test('what has effects happens once when a value holds U+001B', () => {
    let calls = 0;
    const page = engineOf('{{ next() }}{{ x }}{{ next() }}').render('page.html', { next: () => ++calls, x: 'a\x1b@Ab' }) as TemplatePage;
    expect(page.toString()).toBe('1a\x1b@Ab2');
    expect(calls).toBe(2);
  });

  test('two pages at once do not mix', async () => {
    const engine = engineOf('{% for x in rows %}{{ x }}{{ id }}{% set s %}{{ x }}{% endset %}{{ s }} {% endfor %}');
    const both = await Promise.all([1, 2].map((id) => engine.renderToString('page.html', { id, rows: late('a', 'b') })));
    expect(both).toEqual(['a1a b1b ', 'a2a b2b ']);
  });

  test('a promise that rejects is an error at its place', async () => {
    const p = later(null).then(() => { throw new RangeError('gone'); });
    await expect(engineOf('\n {{ p }}').renderToString('page.html', { p })).rejects.toThrow(/RangeError: gone/);
  });
});

describe('streams', () => {
  const text = async (chunks: AsyncIterable<Uint8Array>): Promise<string[]> => {
    const result: string[] = [];
    for await (const chunk of chunks) result.push(Buffer.from(chunk).toString());
    return result;
  };

  test('the head goes out before the first value of the body is waited for', async () => {
    let release = (_value: string): void => undefined;
    const slow = new Promise<string>((resolve) => { release = resolve; });
    const chunks = engineOf('<head><title>{{ t }}</title></head><body>{{ slow }}</body>').stream('page.html', { t: '<', slow })[Symbol.asyncIterator]();
    expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe('<head><title>&lt;</title></head>');
    release('&');
    expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe('<body>&amp;</body>');
    expect((await chunks.next()).done).toBe(true);
  });

  test('flush sends what is there, in loops too, and is nothing elsewhere', async () => {
    const engine = engineOf('a{% flush %}{% for x in rows %}{{ x }}{% flush %}{% endfor %}{% set s %}b{% flush %}c{% endset %}{{ s }}');
    expect(await text(engine.stream('page.html', { rows: ['1\x1b', '<'] }))).toEqual(['a', '1\x1b', '&lt;', 'bc']);
    expect(engine.renderToString('page.html', { rows: ['1'] })).toBe('a1bc');
  });

  test('the pieces are the page, and blocks of a child stream as well', async () => {
    const sources = { 'base.html': '<head>{% block head %}{% endblock %}</head>{% block body %}{% endblock %}', 'page.html': '{% extends "base.html" %}{% block head %}{{ x }}{% endblock %}{% block body %}{% include "p.html" %}{{ y }}{% endblock %}', 'p.html': '[{{ y }}]' };
    const chunks = await text(engineOf(sources).stream('page.html', { x: 1, y: later('"') }));
    expect(chunks).toEqual(['<head>1</head>', '[&quot;]&quot;']);
  });

  test('an error behind the first piece rejects the next', async () => {
    const chunks = engineOf('<head></head>{{ boom() }}').stream('page.html', { boom: () => { throw new Error('bang'); } })[Symbol.asyncIterator]();
    expect((await chunks.next()).done).toBe(false);
    await expect(chunks.next()).rejects.toThrow(/^page.html:1:17 Error: bang/);
  });
});

/** Text or UTF-8, as text. */
function payloadOf({ payload }: TemplatePage): string {
  return Buffer.from(payload as Uint8Array).toString('utf8');
}

describe('gathered pages', () => {
  test('values stand between tokens of ESC and two characters, the last at the end', () => {
    const page = engineOf('<p>{{ x }}</p>{{ y }}').render('page.html', { x: 'v', y: '<' }) as TemplatePage;
    expect(page).toBeInstanceOf(TemplatePage);
    expect(payloadOf(page)).toBe('\x1b@Cv\x1b@D<\x1b@@');
    expect(page.tokens).toBe(3);
    expect(page.table.literals.map(({ text, mode }) => [text, mode])).toEqual([['<p>', 0], ['</p>', 0]]);
    expect(page.toString()).toBe('<p>v</p>&lt;');
  });

  test('a raw value is known by the token before it', () => {
    const page = engineOf('<p>{{ x|safe }}</p>').render('page.html', { x: '<' }) as TemplatePage;
    expect(page.table.literals[0]).toMatchObject({ text: '<p>', mode: 1 });
    expect(payloadOf(page)).toBe('\x1b@C<\x1b@D');
  });

  test('a value with ESC makes the counts differ, and strict() makes them agree', () => {
    const page = engineOf('{{ x }}').render('page.html', { x: 'a\x1b@@b' }) as TemplatePage;
    expect(payloadOf(page).split('\x1b').length - 1).toBe(page.tokens + 1);
    const strict = (page.strict?.() as TemplatePage);
    expect(payloadOf(strict).split('\x1b').length - 1).toBe(strict.tokens);
    expect(payloadOf(strict)).toBe('a\x1b@B@@b\x1b@@');
    expect(page.toString()).toBe('a\x1b@@b');
  });

  test('more literals than there are ids go into the payload', () => {
    const sources: Record<string, string> = {};
    for (let file = 0; file < 5; file++) sources[`${file}.html`] = Array.from({ length: 900 }, (_, n) => `<i>${file}-${n}\x1b</i>{{ x }}{{ x|safe }}`).join('');
    const engine = engineOf(sources);
    for (let file = 0; file < 5; file++) {
      const expected = Array.from({ length: 900 }, (_, n) => `<i>${file}-${n}\x1b</i>&lt;<`).join('');
      expect(engine.renderToString(`${file}.html`, { x: '<' })).toBe(expected);
    }
  });

  test('halves of surrogate pairs become U+FFFD, and pairs that two values share stay whole', () => {
    expect(rendered('{{ a }}|{{ a }}{{ b }}', { a: '\ud83d', b: '\ude00' })).toBe('\ufffd|😀');
  });
});
