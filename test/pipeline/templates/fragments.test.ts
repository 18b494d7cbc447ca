/** {% cache %}: what is kept, under which key, and what must not be. The store here is one of JavaScript; test/cache/fragments.test.ts has the server's. */
import { describe, expect, it } from 'vitest';
import { markSafe, type Templates, type TemplatesOptions, templates } from '../../../src/index.ts';
import { failure, rendered } from './support.ts';

/** A store that shows what it has. */
class Memory {
  readonly kept = new Map<string, { text: string; seconds: number; tags: readonly string[] }>();
  #purges = 0;

  find(key: string): string | number {
    return this.kept.get(key)?.text ?? this.#purges;
  }

  keep(key: string, text: string, ticket: number, seconds: number, tags: readonly string[]): void {
    if (ticket === this.#purges) this.kept.set(key, { text, seconds, tags });
  }

  purge(): void {
    this.#purges++;
    this.kept.clear();
  }

  get texts(): string[] {
    return [...this.kept.values()].map(({ text }) => text);
  }
}

interface Site {
  readonly memory: Memory;
  show(context?: object, template?: string): string;
  showLater(context?: object, template?: string): Promise<string>;
  readonly engine: Templates;
}

function siteOf(sources: string | Readonly<Record<string, string>>, options: TemplatesOptions = {}, debug = false, memory = new Memory()): Site {
  const engine = templates({ sources: typeof sources === 'string' ? { 'page.html': sources } : sources, ...options });
  void engine.prepare?.({ debug, url: () => '/', staticUrl: (name) => name, staticIntegrity: () => '', fragments: memory });
  return {
    memory,
    engine,
    show: (context = {}, template = 'page.html') => engine.renderToString(template, context) as string,
    showLater: async (context = {}, template = 'page.html') => engine.renderToString(template, context),
  };
}

describe('a fragment', () => {
  it('is rendered once and shown as it was', () => {
    const { show, memory } = siteOf('<p>{% cache 500 side %}<i>{{ x }}</i>{% endcache %}</p>{{ x }}');
    expect(show({ x: '<1>' })).toBe('<p><i>&lt;1&gt;</i></p>&lt;1&gt;');
    expect(show({ x: '<2>' })).toBe('<p><i>&lt;1&gt;</i></p>&lt;2&gt;');
    expect(memory.texts).toEqual(['<i>&lt;1&gt;</i>']);
  });

  it('does not run what stands in it again', () => {
    const { show } = siteOf('{% cache 500 side %}{{ count() }}{% endcache %}');
    let calls = 0;
    const count = (): number => (calls += 1);
    show({ count });
    show({ count });
    expect(calls).toBe(1);
  });

  it('is another one for each list of values that it varies on', () => {
    const { show } = siteOf('{% cache 500 side a b %}{{ x }}{% endcache %}');
    show({ a: 1, b: '2', x: 'first' });
    expect(show({ a: '1', b: 2, x: 'second' })).toBe('first');
    expect(show({ a: 12, b: '', x: 'second' })).toBe('second');
    expect(show({ a: ['1'], b: 2, x: 'third' })).toBe('third');
  });

  it('cannot vary on an object that is told from no other', () => {
    const { show } = siteOf('{% cache 500 side user %}x{% endcache %}');
    expect(() => show({ user: { id: 1 } })).toThrow('fragments vary on texts and numbers, not on an object; name what tells one from another, such as user.id');
    expect(show({ user: { toString: () => 'ann' } })).toBe('x');
  });

  it('is kept for seconds that may come from the context, for ever with None, not at all with 0', () => {
    const { show, memory } = siteOf('{% cache time a %}1{% endcache %}{% cache None b %}2{% endcache %}{% cache 0 c %}3{% endcache %}{% cache "30" d %}4{% endcache %}');
    expect(show({ time: 7 })).toBe('1234');
    expect([...memory.kept.values()].map(({ seconds }) => seconds)).toEqual([7, Number.MAX_SAFE_INTEGER, 30]);
    expect(() => show({ time: 'soon' })).toThrow('page.html:1:1 {% cache %} keeps for a whole number of seconds, or None for ever, not for soon');
    expect(() => show()).toThrow('not for an undefined value');
  });

  it('carries its tags, and those of its name', () => {
    const { show, memory } = siteOf('{% cache 5 a x tags="news front" %}1{% endcache %}{% cache 5 b tags=list %}2{% endcache %}');
    show({ x: 7, list: ['item-1', 'item-2'] });
    expect([...memory.kept.values()].map(({ tags }) => tags)).toEqual([
      ['\u0001a', '\u0001a\u0001["7"]', 'news', 'front'],
      ['\u0001b', '\u0001b\u0001[]', 'item-1', 'item-2'],
    ]);
    expect(() => show({ list: ['ü'] })).toThrow('a tag of {% cache %} is printable ASCII without blanks, not "ü"');
  });

  it('holds other fragments', () => {
    const { show, memory } = siteOf('{% cache 5 outer a %}[{% cache 5 inner b %}{{ x }}{% endcache %}]{% endcache %}');
    show({ a: 1, b: 1, x: 'one' });
    expect(show({ a: 2, b: 1, x: 'two' })).toBe('[one]');
    expect(memory.texts).toEqual(['one', '[one]', '[one]']);
  });

  it('is shown in loops, blocks, includes and macros', () => {
    const { show } = siteOf({
      'base.html': '{% macro m(n) %}{% cache 5 macro n %}m{{ x }}{% endcache %}{% endmacro %}{% block body %}{% endblock %}{{ m(1) }}{{ m(1) }}',
      'inc.html': '{% cache 5 inc %}i{{ x }}{% endcache %}',
      'page.html': '{% extends "base.html" %}{% block body %}{% for n in list %}{% cache 5 row n %}{{ n }}{{ x }},{% endcache %}{% endfor %}{% include "inc.html" %}{% include name %}{% endblock %}',
    });
    const context = { list: [1, 2, 1], name: 'inc.html' };
    expect(show({ ...context, x: 'a' })).toBe('1a,2a,1a,iaia' + 'mama');
    expect(show({ ...context, x: 'b' })).toBe('1a,2a,1a,iaia' + 'mama');
  });

  it('may be text beyond ASCII, and larger than the memory for pages', () => {
    const { show } = siteOf('{% cache 5 a %}{{ x }}{% endcache %}|{{ y }}');
    const text = 'aé€😀'.repeat(20_000);
    expect(show({ x: text, y: 1 })).toBe(`${text}|1`);
    expect(show({ x: 'other', y: 2 })).toBe(`${text}|2`);
  });

  it('may hold U+001B', () => {
    const { show } = siteOf('{% cache 5 a %}<b>{{ x }}</b>{% endcache %}{{ x }}');
    expect(show({ x: '\u001b@A' })).toBe('<b>\u001b@A</b>\u001b@A');
    expect(show({ x: '1' })).toBe('<b>\u001b@A</b>1');
  });

  it('is what it was when the page must be rendered again, and calls nothing twice', () => {
    const { show, memory } = siteOf('{% cache 5 a %}{{ count() }}{% endcache %}{{ other() }}{{ x }}');
    const calls: string[] = [];
    const context = { count: () => calls.push('count'), other: () => calls.push('other'), x: '\u001b' };
    expect(show(context)).toBe('12\u001b');
    expect(calls).toEqual(['count', 'other']);
    expect(memory.texts).toEqual(['1']);
  });

  it('is rendered each time where nothing is kept', () => {
    const template = '{% cache 5 a %}{{ x }}{% endcache %}';
    expect(rendered(template, { x: '<1>' })).toBe('&lt;1&gt;');
    expect(rendered(template, { x: markSafe('<2>') })).toBe('<2>');
  });
});

describe('the key of a fragment', () => {
  const body = '{% cache 5 side %}{{ x }}{% endcache %}';

  it('is that of the template in which it stands: pages that include it share it', () => {
    const { show } = siteOf({ 'side.html': body, 'a.html': '{% include "side.html" %}', 'b.html': 'b {% include "side.html" %}', 'other.html': body });
    expect(show({ x: 1 }, 'a.html')).toBe('1');
    expect(show({ x: 2 }, 'b.html')).toBe('b 1');
    expect(show({ x: 3 }, 'other.html')).toBe('3');
  });

  it('tells two of the same name in one template apart', () => {
    expect(siteOf(`${body} <b>${body.replace('x', 'y')}</b>`).show({ x: 1, y: 2 })).toBe('1 <b>2</b>');
  });

  it('is another one when the template changes, or one that it includes', () => {
    const memory = new Memory();
    const site = (inner: string): Site => siteOf({ 'page.html': '{% cache 5 a %}{% include "i.html" %}{% endcache %}', 'i.html': inner }, {}, false, memory);
    expect(site('old').show()).toBe('old');
    expect(site('new').show()).toBe('new');
    expect(site('old').show()).toBe('old');
    expect(memory.texts).toEqual(['old', 'new']);
  });

  it('is that of the page where a block stands in it', () => {
    const { show } = siteOf({
      'base.html': '{% cache 5 all %}{% block b %}base{% endblock %}{% endcache %}',
      'a.html': '{% extends "base.html" %}{% block b %}a{% endblock %}',
      'b.html': '{% extends "base.html" %}{% block b %}b{% endblock %}',
    });
    expect([show({}, 'a.html'), show({}, 'b.html'), show({}, 'a.html')]).toEqual(['a', 'b', 'a']);
  });

  it('tells whether the template escapes', () => {
    const memory = new Memory();
    const text = '{% include "side.txt" %}';
    const side = '{% cache 5 a %}{{ x }}{% endcache %}';
    expect(siteOf({ 'page.html': text, 'side.txt': side }, { autoescape: false }, false, memory).show({ x: '<' })).toBe('<');
    expect(siteOf({ 'page.html': text, 'side.txt': side }, { autoescape: true }, false, memory).show({ x: '<' })).toBe('&lt;');
  });
});

describe('a fragment with asynchronous values', () => {
  it('is kept as any other', async () => {
    const { showLater } = siteOf('{% cache 5 a %}{{ x }}{% endcache %}{{ y }}');
    expect(await showLater({ x: Promise.resolve('<1>'), y: 1 })).toBe('&lt;1&gt;1');
    expect(await showLater({ x: Promise.resolve('<2>'), y: Promise.resolve(2) })).toBe('&lt;1&gt;2');
  });

  it('is made once for all pages that miss it together', async () => {
    const { showLater } = siteOf('{% cache 5 a %}{{ slow() }}{% endcache %}');
    let calls = 0;
    const slow = async (): Promise<number> => {
      await new Promise(setImmediate);
      return (calls += 1);
    };
    expect(await Promise.all([1, 2, 3, 4].map(() => showLater({ slow })))).toEqual(['1', '1', '1', '1']);
  });

  it('is made by the next one when the first fails', async () => {
    const { showLater } = siteOf('{% cache 5 a %}{{ slow() }}{% endcache %}');
    let calls = 0;
    const slow = async (): Promise<number> => {
      await new Promise(setImmediate);
      if ((calls += 1) === 1) throw new Error('no');
      return calls;
    };
    const [first, second] = await Promise.allSettled([showLater({ slow }), showLater({ slow })]);
    expect(first).toMatchObject({ status: 'rejected' });
    expect(second).toEqual({ status: 'fulfilled', value: '2' });
  });

  it('is not waited for by a page that began behind a purge', async () => {
    const { showLater, memory } = siteOf('{% cache 5 a %}{{ slow() }}{% endcache %}');
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const old = showLater({ slow: () => gate.then(() => 'old') });
    memory.purge();
    expect(await showLater({ slow: async () => 'new' })).toBe('new');
    release();
    expect(await old).toBe('old');
    expect(memory.texts).toEqual(['new']);
  });

  it('holds up no page that is making one itself', async () => {
    const { showLater } = siteOf({
      'a.html': '{% cache 5 a %}{{ slow() }}{% include "inner-b.html" %}{% endcache %}',
      'b.html': '{% include "inner-b.html" %}',
      'inner-b.html': '{% cache 5 b %}{{ slow() }}{% include late %}{% endcache %}',
      'inner-a.html': '{% cache 5 a %}{{ slow() }}{% endcache %}',
    });
    const slow = (): Promise<string> => new Promise((resolve) => setImmediate(resolve, 'x'));
    const context = { slow, late: 'inner-a.html' };
    expect(await Promise.all([showLater(context, 'a.html'), showLater(context, 'b.html'), showLater(context, 'a.html')])).toEqual(['xxx', 'xx', 'xxx']);
  });

  it('is a part of a stream', async () => {
    const { engine } = siteOf('<head></head>{% cache 5 a %}{{ x }}{% flush %}<i>{% endcache %}{{ x }}');
    const read = async (context: object): Promise<string[]> => {
      const pieces: string[] = [];
      for await (const piece of engine.stream('page.html', context)) pieces.push(Buffer.from(piece).toString());
      return pieces;
    };
    expect(await read({ x: Promise.resolve('<') })).toEqual(['<head></head>', '&lt;<i>&lt;']);
    expect(await read({ x: 2 })).toEqual(['<head></head>', '&lt;<i>2']);
  });
});

describe('what is of one visitor alone', () => {
  const site = { 'macros.html': '{% macro form(csrf) %}<form>{{ csrf }}</form>{% endmacro %}', 'form.html': '<form>{% csrf_token %}</form>' };

  it.each([
    ['{% csrf_token %}', '{% csrf_token %}', 15],
    ['<b>{{ csrf_token }}</b>', 'csrf_token', 21],
    ['<script nonce="{{ csp_nonce }}"></script>', 'csp_nonce', 33],
  ])('is refused in {%% cache %%}: %s', (inner, name, column) => {
    expect(failure(`{% cache 5 a %}${inner}{% endcache %}`)).toContain(
      `page.html:1:${column + 1} ${name} is another one for each visitor, and {% cache %} (page.html:1) would give this one to all; keep it out of the cached piece`,
    );
  });

  it('is refused in what is included', () => {
    expect(failure({ ...site, 'page.html': '{% cache 5 a %}{% include "form.html" %}{% endcache %}' })).toContain('form.html:1:7 {% csrf_token %} is another one');
  });

  it('keeps a fragment from being kept where that is found only while it is rendered', () => {
    const { show, memory } = siteOf({ ...site, 'page.html': '{% cache 5 a %}{% cache 5 b %}{% include name %}{% endcache %}{% endcache %}' });
    expect(show({ name: 'form.html', csrf_token: 'one' })).toContain('value="one"');
    expect(show({ name: 'form.html', csrf_token: 'two' })).toContain('value="two"');
    expect(memory.kept.size).toBe(0);
  });

  it('is an error in development then', () => {
    const { show } = siteOf({ ...site, 'page.html': '{% cache 5 a %}{% include name %}{% endcache %}' }, {}, true);
    expect(() => show({ name: 'form.html', csrf_token: 'one' })).toThrow('form.html:1:7 {% csrf_token %} is another one for each visitor');
  });

  it('may stand beside a fragment', () => {
    expect(siteOf('{% cache 5 a %}x{% endcache %}{{ csrf_token }}').show({ csrf_token: 't' })).toBe('xt');
  });
});

describe('a {% cache %} that cannot be', () => {
  it.each([
    ['{% cache %}{% endcache %}', 'expected a value, found the end'],
    ['{% cache 5 %}{% endcache %}', 'expected a name for the fragment, such as sidebar, found the end'],
    ['{% cache "soon" a %}{% endcache %}', '{% cache %} keeps for a whole number of seconds, or None for ever, not for "soon"'],
    ['{% cache 1.5 a %}{% endcache %}', 'not for 1.5'],
    ['{% cache 5 a using="other" %}{% endcache %}', 'all fragments are in one store, that of the server; leave out using'],
    ['{% cache 5 a tag="x" %}{% endcache %}', '{% cache %} has no argument "tag" (did you mean "tags"?); expected tags="..."'],
    ['{% cache 5 a %}', '{% cache %} is never closed; expected {% endcache %}'],
    ['<p class="{% cache 5 a %}x{% endcache %}">', '{% cache %} keeps whole pieces of markup, so it may not stand inside of a tag, a script, a style or a title; put it around the whole element'],
    ['<script>{% cache 5 a %}x{% endcache %}</script>', 'so it may not stand inside of a tag, a script'],
    ['{% cache 5 a %}<a href="{% endcache %}">', 'so it may not end inside of a tag or an element that holds no markup; close in it what it opens'],
  ])('%s', (template, message) => {
    expect(failure(template)).toContain(message);
  });

  it('has a name of any characters but blanks, or a string', () => {
    expect(siteOf('{% cache 5 side-bar.1 %}a{% endcache %}{% cache 5 "side bar" %}b{% endcache %}').show()).toBe('ab');
  });
});
