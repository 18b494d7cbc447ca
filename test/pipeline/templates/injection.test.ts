/**
 * Values that try to become markup or code, in every place of a page. Each must come out inert: a reader of HTML that knows
 * nothing of templates (below) finds the elements and attributes of the template, and no others.
 */
import { describe, expect, test } from 'vitest';
import { markSafe } from '../../../src/index.ts';
import { failure, rendered, renderedInDebug } from './support.ts';

const BREAKOUTS = [
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', "'><svg onload=alert(1)>", '" onmouseover="alert(1)', "' onfocus='alert(1)' autofocus='",
  '</title><script>alert(1)</script>', '</textarea><script>alert(1)</script>', '--><script>alert(1)</script>', '--!><script>alert(1)</script>', ']]><script>alert(1)</script>', '<!--<script>',
  '&lt;script&gt;', '&quot; onload=&quot;alert(1)', '\x1b@A<b>', '\x1b@@<script>alert(1)</script>', '\x1b@A\x1b@B<i>', '<\0script>', '\u2028<b>', '`><b>',
];

/** Tags with their attributes' names as a browser would find them, without what templates do. */
function tagsOf(html: string): string[] {
  const content = html.replace(/<!--[^]*?--!?>/g, '');
  const outside = content.replace(/(<(script|style|title|textarea)\b[^>]*>)[^]*?(<\/\2>)/gi, '$1$3');
  return [...outside.matchAll(/<\/?([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi)].map(([, tag, attributes]) =>
    [tag, ...(attributes as string).replace(/"[^"]*"|'[^']*'/g, '""').split(/[\s/]+/).map((each) => each.split('=')[0])].filter((name) => name !== '').join(' '),
  );
}

describe('values in text, in quoted attributes and in comments', () => {
  const places: readonly (readonly [string, string[]])[] = [
    ['<p>{{ x }}</p>', ['p', 'p']],
    ['<p title="{{ x }}">a</p>', ['p title', 'p']],
    ["<p title='{{ x }}' id=a>a</p>", ['p title id', 'p']],
    ['<title>{{ x }}</title>', ['title', 'title']],
    ['<textarea>{{ x }}</textarea>', ['textarea', 'textarea']],
    ['a<!-- {{ x }} -->b', []],
    ['<p>{% if x %}{{ x }}{% endif %}{% for c in [x] %}{{ c }}{% endfor %}</p>', ['p', 'p']],
    ['<p title="{% if x %}{{ x }}{% else %}none{% endif %}">a</p>', ['p title', 'p']],
    ['{% macro m(v) %}<b title="{{ v }}">{{ v }}</b>{% endmacro %}{{ m(x) }}', ['b title', 'b']],
    ['{% set v %}{{ x }}{% endset %}<p title="{{ v }}">{{ v }}</p>', ['p title', 'p']],
    ['<p>{{ x|upper }}{{ x|linebreaks|striptags }}{{ x ~ x }}</p>', ['p', 'p']],
    ['<a href="/search?q={{ x }}">a</a>', ['a href', 'a']],
    ['<p>{{ x|striptags }}{{ x|truncatechars:30 }}{{ x|tojson }}{{ x|escapejs }}</p>', ['p', 'p']],
  ];
  for (const [source, tags] of places) {
    test.each(BREAKOUTS)(`${source} with %j`, (x) => {
      const html = rendered(source, { x });
      expect(tagsOf(html)).toEqual(tags);
    });
  }

  test.each(BREAKOUTS)('urlize, linebreaks and unordered_list make no other tags of %j', (x) => {
    const html = rendered('{{ x|urlize }}{{ x|linebreaks }}{{ [x]|unordered_list }}', { x });
    expect(tagsOf(html).filter((tag) => !/^(?:p|br|li|a href(?: rel)?|a)$/.test(tag))).toEqual([]);
  });
});

const HOSTILE_URLS = [
  'javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' javascript:alert(1)', '\x01javascript:alert(1)', 'java\tscript:alert(1)', 'java\nscript:alert(1)', 'java\r\nscript:alert(1)', 'vbscript:msgbox(1)',
  'data:text/html,<script>alert(1)</script>', 'data:text/html;base64,PHNjcmlwdD4=', 'data:image/svg+xml,<svg onload=alert(1)>', 'blob:https://a/b', 'filesystem:https://a/b', 'view-source:javascript:alert(1)', 'feed:javascript:alert(1)', 'javascript://a/%0aalert(1)', 'javascript&colon;alert(1):',
];

describe('URLs', () => {
  test.each(HOSTILE_URLS)('%j is no link', (x) => {
    for (const source of ['<a href="{{ x }}">', "<a href='{{ x }}'>", '<form action="{{ x }}">', '<iframe src="{{ x }}">', '<button formaction="{{ x }}">', '<a xlink:href="{{ x }}">', '<a href="{{ x|trim }}">', '<object data="{{ x }}">', '<a href="  {{ x }}">', '<a href="{% if x %}{{ x }}{% endif %}">']) {
      const value = /="\s*([^"]*)"|='([^']*)'/.exec(rendered(source, { x }))?.slice(1).join('');
      expect(value).toBe('about:invalid#blocked');
    }
  });

  test.each([
    ['/a/b?c=d:e', '/a/b?c=d:e'], ['https://a.de/:x', 'https://a.de/:x'], ['HTTP://a', 'HTTP://a'], ['mailto:a@b.c', 'mailto:a@b.c'], ['tel:+1', 'tel:+1'], ['?a=b:c', '?a=b:c'], ['#x:y', '#x:y'], ['page.html', 'page.html'], ['//host/a', '//host/a'], ['', ''],
  ])('%j is left alone', (x, expected) => {
    expect(rendered('<a href="{{ x }}">', { x })).toBe(`<a href="${expected}">`);
  });

  test.each([
    ['<a href="java{{ x }}">', 'script:alert(1)'],
    ['<a href="{{ a }}{{ b }}">', 'script:alert(1)'],
    ['<a href="{{ a }}{{ colon }}alert(1)">', ''],
    ['<a href="javascript:{{ b }}">', 'alert(1)'],
    ['<a href="{{ full }}:alert(1)">', ''],
    ['<a href="{% if yes %}{{ full }}{% else %}{{ b }}{% endif %}:alert(1)">', ''],
    ['<a href="{% if yes %}{{ a }}{% endif %}{{ b }}">', 'script:alert(1)'],
    ['<a href="{{ full }}{% if yes %}:{% endif %}alert(1)">', ''],
    ['{% set all %}{{ full }}:alert(1){% endset %}<a href="{{ all }}">', ''],
    ['<a href="{{ full }}{% set q = 1 %}:alert(1)">', ''],
    ['<a href="{% if yes %}{% set q = 1 %}{{ full }}{% endif %}:alert(1)">', ''],
    ['<a href="{% for x in [1] %}{{ full }}{% endfor %}:alert(1)">', ''],
    ['<a href="{% for x in [full, b] %}{% if not loop.first %}:{% endif %}{{ x }}{% endfor %}">', 'alert(1)'],
    ['<a href="{% for x in [full, b] %}{% set q = 1 %}{{ x }}{% for y in [1] %}:{% endfor %}{% endfor %}">', 'alert(1)'],
  ])('a scheme in pieces does not pass: %s', (source, b) => {
    const html = rendered(source, { a: 'java', b, x: b, colon: 'script:', full: 'javascript', yes: true });
    const value = /href="([^"]*)"/.exec(html)?.[1] ?? '';
    expect(value.replace(/&[^;]*;/g, '')).not.toMatch(/^\s*javascript\s*:(?!about)/i);
  });

  test('a scheme may come from a value when it runs no code', () => {
    expect(rendered('<a href="{{ s }}://{{ h }}/">', { s: 'https', h: 'a.de' })).toBe('<a href="https://a.de/">');
    expect(rendered('<a href="{{ s }}://{{ h }}/">', { s: 'javascript', h: '%0aalert(1)' })).toBe('<a href="about://%0aalert(1)/">');
  });

  test('pictures may be data, links may not', () => {
    const x = 'data:image/png;base64,AAAA';
    expect(rendered('<img src="{{ x }}">', { x })).toBe(`<img src="${x}">`);
    expect(rendered('<a href="{{ x }}">', { x })).toBe('<a href="about:invalid#blocked">');
  });

  test('in development it is an error that says what to do', () => {
    expect(failure('a\n<a href="{{ x }}">', { x: 'javascript:alert(1)' })).toBe(
      ['page.html:2:13 a URL with the scheme "javascript:" may run code; if it is meant to be there, write it with |safe', '    2 | <a href="{{ x }}">', '      |             ^'].join('\n'),
    );
    expect(renderedInDebug('<a href="{{ x|safe }}">', { x: 'javascript:void 0' })).toBe('<a href="javascript:void 0">');
  });
});

describe('scripts', () => {
  const values = ['</script><script>alert(1)</script>', "';alert(1)//", '";alert(1)//', '\\', "\\';alert(1)//", '${alert(1)}', '`;alert(1)//', '\u2028alert(1)', '\n;alert(1)', '<!--<script>', ']]>', '-->', '*/alert(1)/*'];

  test.each(values)('%j stays a value', (x) => {
    const html = rendered(`<script>const a = {{ x }}; const b = '{{ x }}'; const c = "{{ x }}"; done = [a, b, c];</script>`, { x });
    const [, code] = /^<script>([^]*)<\/script>$/.exec(html) as RegExpExecArray;
    expect(code).not.toMatch(/<\/script|<!--/i);
    // The script is evaluated: its three strings are the value, and nothing else has happened.
    const done = new Function('alert', `let done; ${code as string}; return done;`)(() => { throw new Error('it ran'); }) as unknown[];
    expect(done).toEqual([x, x, x]);
  });

  test.each(values)('%j stays a value in an event handler', (x) => {
    const html = rendered(`<p onclick="use({{ x }}, '{{ x }}')">`, { x });
    expect(tagsOf(html)).toEqual(['p onclick']);
    const code = (/onclick="([^"]*)"/.exec(html)?.[1] ?? '').replace(/&#39;/g, "'").replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
    const seen: unknown[] = [];
    new Function('use', 'alert', code)((...args: unknown[]) => seen.push(...args), () => { throw new Error('it ran'); });
    expect(seen).toEqual([x, x]);
  });

  test('what is encoded for the other place of a script is encoded for this one', () => {
    const x = "a'+alert(1)+'";
    const html = rendered("<script>done = [{{ x|escapejs }}, '{{ x|tojson }}', {{ x|tojson }}, '{{ x|escapejs }}'];</script>", { x });
    const done = new Function('alert', `let done; ${html.slice(8, -9)} return done;`)(() => { throw new Error('it ran'); }) as unknown[];
    expect(done).toEqual([x, JSON.stringify(x).replaceAll("'", '\\u0027'), x, x]);
  });

  test('values of every kind become JSON', () => {
    const html = rendered('<script>v = {{ v }}; n = {{ n }}; u = {{ u }}; s = {{ s }};</script>', { v: { a: [1, '<'] }, n: 1, u: null, s: markSafe('<b>') });
    expect(html).toBe('<script>v = {"a":[1,"\\u003C"]}; n = 1; u = null; s = "\\u003Cb\\u003E";</script>');
  });

  test.each([
    ['<script>const a = `{{ x }}`;</script>', /inside of a template literal/],
    ['<script>const a = `${ {{ x }} }`;</script>', /cannot be told whether this place/],
    ['<script>// {{ x }}\n</script>', /inside of a comment/],
    ['<script>/* {{ x }} */</script>', /inside of a comment/],
    [`<script>const r = /'/; const a = '{{ x }}';</script>`, /cannot be told whether this place/],
    [`<script>const a = '\\{{ x }}';</script>`, /cannot be told whether this place/],
    ['<p onclick="a(`{{ x }}`)">', /inside of a template literal/],
    ['<p title={{ x }}>', /has no quotes/],
    ['<p title=a{{ x }}>', /has no quotes/],
    ['<p on{{ x }}="a">', /part of an attribute's name/],
    ['<p data-{{ x }}="a">', /part of an attribute's name/],
    ['{% if x %}<script>{% endif %}{{ x }}', /end in different places of the HTML/],
    ['<p {% if x %}title="{% endif %}{{ x }}">', /end in different places of the HTML/],
    ['{% for a in x %}<script>{{ a }}{% endfor %}{{ x }}', /end in different places of the HTML/],
  ])('%s is refused when it is compiled', (source, message) => {
    expect(failure(source, { x: '' })).toMatch(message);
  });

  test('divisions and comments do not confuse it', () => {
    expect(rendered(`<script>const h = (a + b) / 2; // half\nconst c = {{ x }};</script>`, { x: 1 })).toContain('const c = 1;');
    expect(rendered(`<script>/* it's */ const c = "{{ x }}";</script>`, { x: '"' })).toContain('const c = "\\u0022";');
  });

  test.each([
    ['<script>{% include name %}</script>', /is escaped as text, which is not safe here/],
    ['<a href="{% include name %}">', /is escaped as text, which is not safe here/],
    ['{% macro m() %}{{ caller() }}{% endmacro %}<script>{% call m() %}{{ x }}{% endcall %}</script>', /is escaped as text/],
  ])('%s is refused: it was compiled for another place', (source, message) => {
    expect(failure({ 'page.html': source, 'p.html': '{{ x }}' }, { x: 'alert(1)', name: 'p.html' })).toMatch(message);
  });

  test.each([
    ['{% macro m(v) %}{{ v }}{% endmacro %}<script>a({{ m(x) }})</script>', '<script>a("alert(1)")</script>'],
    ['<script>a({% include "p.html" %})</script>', '<script>a("alert(1)")</script>'],
    ['{% set v %}{{ x }}{% endset %}<script>a({{ v }})</script>', '<script>a("alert(1)")</script>'],
    ['<script>a({% filter trim %}{{ x }}{% endfilter %})</script>', '<script>a("alert(1)")</script>'],
    ['<script>a({% cycle x x %})</script>', '<script>a("alert(1)")</script>'],
    ['<script>a({% firstof x %})</script>', '<script>a("alert(1)")</script>'],
    ['<script>a({% ifchanged %}{{ x }}{% endifchanged %})</script>', '<script>a("alert(1)")</script>'],
    ['<script type="text/{{ t }}">a({{ x }})</script>', '<script type="text/javascript">a("alert(1)")</script>'],
    ['<script{% if t %} type="text/plain"{% endif %}>a({{ x }})</script>', '<script type="text/plain">a("alert(1)")</script>'],
    ['<p onclick="a({% block b %}{{ x }}{% endblock %})">', '<p onclick="a(&quot;alert(1)&quot;)">'],
  ])('%s knows that it is in a script', (source, expected) => {
    expect(rendered({ 'page.html': source, 'p.html': '{{ x }}' }, { x: 'alert(1)', t: 'javascript' })).toBe(expected);
  });

  test('captured markup in a URL keeps its quotes to itself', () => {
    expect(rendered('{% set v %}/"{{ x }}{% endset %}<a href="{{ v }}">', { x: '"' })).toBe('<a href="/&quot;&quot;">');
  });

  test('data in a script of another type is text', () => {
    expect(rendered('<script type="text/x-template"><p>{{ x }}</p></script>', { x: '</script>' })).toBe('<script type="text/x-template"><p>&lt;/script&gt;</p></script>');
    expect(rendered('<script type="application/json">{"a": {{ x }}}</script>', { x: '</script>' })).toBe('<script type="application/json">{"a": "\\u003C/script\\u003E"}</script>');
  });
});

describe('styles, names and documents inside of attributes', () => {
  test.each(['red;background:url(x)', 'expression(alert(1))', 'url(javascript:alert(1))', '</style><script>', '"', '\\22', '*/', 'a{}', '@import'])('%j is no style', (x) => {
    expect(rendered('<style>p { color: {{ x }} }</style>', { x })).toBe('<style>p { color: blocked }</style>');
    expect(rendered('<p style="color: {{ x }}">', { x })).toBe('<p style="color: blocked">');
  });

  test.each(['red', '#fff', '12px', '50%', 'a, b', '1.5em'])('%j is one', (x) => {
    expect(rendered('<p style="x: {{ x }}">', { x })).toBe(`<p style="x: ${x}">`);
  });

  test.each(['onclick=alert(1)', 'onload', 'ONERROR', 'style', 'href', 'src', 'a b', 'a=b', '><b>', 'srcdoc', 'formaction'])('%j is no attribute', (x) => {
    expect(rendered('<p {{ x }}>', { x })).toBe('<p blocked>');
  });

  test('bare attributes that do nothing are let through', () => {
    expect(rendered('<input {{ x }} {{ y }}>', { x: 'checked', y: '' })).toBe('<input checked >');
  });

  test.each(['script', 'IFRAME', 'style', 'p onclick=alert(1)', 'svg', '1', 'a>b'])('%j is no element', (x) => {
    expect(rendered('<{{ x }}>', { x })).toBe('<blocked>');
  });

  test('headings may have a level', () => {
    expect(rendered('<h{{ n }}>{{ t }}</h{{ n }}>', { n: 2, t: '<' })).toBe('<h2>&lt;</h2>');
    expect(rendered('<s{{ n }}>', { n: 'cript' })).toBe('<sblocked>');
  });

  test('a document in an attribute is escaped for both', () => {
    expect(rendered('<iframe srcdoc="{{ x }}">', { x: '<script>' })).toBe('<iframe srcdoc="&amp;lt;script&amp;gt;">');
  });

  test('markup in an attribute keeps its quotes to itself', () => {
    expect(rendered('<p title="{{ x }}">', { x: markSafe('<b title="a">&amp;') })).toBe('<p title="&lt;b title=&quot;a&quot;&gt;&amp;">');
    expect(rendered('<p data-x="{{ x|tojson }}">', { x: { a: '"' } })).toBe('<p data-x="{&quot;a&quot;:&quot;\\&quot;&quot;}">');
  });
});
