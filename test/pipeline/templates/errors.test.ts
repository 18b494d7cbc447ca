import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { TemplateError, templates } from '../../../src/index.ts';
import { engineOf, failure, rendered } from './support.ts';

const root = mkdtempSync(join(tmpdir(), 'fastserve-own-templates-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('messages', () => {
  test.each([
    ['a\n{{ name|titel }}', ['page.html:2:9 unknown filter "titel" (did you mean "title"?)', '    2 | {{ name|titel }}', '      |         ^^^^^']],
    ['{% extend "a" %}', ['page.html:1:4 unknown tag "extend" (did you mean "extends"?)', '    1 | {% extend "a" %}', '      |    ^^^^^^']],
    ['{% if x is evn %}{% endif %}', ['page.html:1:12 unknown test "evn" (did you mean "even"?)', '    1 | {% if x is evn %}{% endif %}', '      |            ^^^']],
    ['x\n  {% for a in b %}\n', ['page.html:2:3 {% for %} is never closed; expected {% endfor %}', '    2 |   {% for a in b %}', '      |   ^^^^^^^^^^^^^^^^']],
    ['{% endif %}', ['page.html:1:1 {% endif %} has nothing to end here', '    1 | {% endif %}', '      | ^^^^^^^^^^^']],
    ['{% else %}', ['page.html:1:1 {% else %} has nothing to continue here', '    1 | {% else %}', '      | ^^^^^^^^^^']],
    ['{{ a', ['page.html:1:1 "{{" is never closed; expected "}}"', '    1 | {{ a', '      | ^^']],
    ['{{ "a }}', ['page.html:1:4 this string is never closed; expected "', '    1 | {{ "a }}', '      |    ^']],
    ['{# a', ['page.html:1:1 this comment is never closed; expected "#}"', '    1 | {# a', '      | ^^']],
    ['{{ }}', ['page.html:1:1 this output is empty; expected a value between "{{" and "}}"', '    1 | {{ }}', '      | ^^^^^']],
    ['{{ a b }}', ['page.html:1:6 expected the end here, found "b"', '    1 | {{ a b }}', '      |      ^']],
    ['{{ a + }}', ['page.html:1:8 expected a value, found the end', '    1 | {{ a + }}', '      |        ^']],
    ['{% if a = b %}{% endif %}', ['page.html:1:9 "=" compares nothing; write "=="', '    1 | {% if a = b %}{% endif %}', '      |         ^']],
    ['{{ a ? b }}', ['page.html:1:6 unexpected character "?"', '    1 | {{ a ? b }}', '      |      ^']],
    ['{% include "pgae.html" %}', ['page.html:1:12 there is no template "pgae.html" (did you mean "page.html"?)', '    1 | {% include "pgae.html" %}', '      |            ^^^^^^^^^^^']],
    ['{% for a in b %}{{ loop.indx }}{% endfor %}', ['page.html:1:20 a loop has no "indx" (did you mean "index"?)', '    1 | {% for a in b %}{{ loop.indx }}{% endfor %}', '      |                    ^^^^^^^^^']],
    ['{% block a %}{% endblock b %}', ['page.html:1:26 expected "a", which is what ends here, found "b"', '    1 | {% block a %}{% endblock b %}', '      |                          ^']],
    ['{{ super() }}', ['page.html:1:4 this is outside of every {% block %}, so there is no parent\'s version of it', '    1 | {{ super() }}', '      |    ^^^^^^^']],
    ['{% url %}', ['page.html:1:1 {% url %} takes 1 or more arguments, not 0', '    1 | {% url %}', '      | ^^^^^^^^^']],
    ['<p>\n\t{{ usr }}', ['page.html:2:5 "usr" is undefined (did you mean "user"?)', '    2 |  {{ usr }}', '      |     ^^^']],
    ['{{ user.nmae }}', ['page.html:1:4 "user.nmae" is undefined', '    1 | {{ user.nmae }}', '      |    ^^^^^^^^^']],
    ['{{ user.nope|upper }}', ['page.html:1:4 "user.nope" is undefined', '    1 | {{ user.nope|upper }}', '      |    ^^^^^^^^^']],
    ['{% for a in nope %}{% endfor %}', ['page.html:1:13 "nope" is undefined', '    1 | {% for a in nope %}{% endfor %}', '      |             ^^^^']],
    ['a {{ boom() }}', ['page.html:1:6 RangeError: bang', '    1 | a {{ boom() }}', '      |      ^^^^^^']],
    ['a {{ user.nope() }}', ['page.html:1:6 there is no function "nope" here', '    1 | a {{ user.nope() }}', '      |      ^^^^^^^^^']],
    ['{{ n|round("x") if false else n.nope.deeper() }}', ['page.html:1:31 there is no function "deeper" here', '    1 | {{ n|round("x") if false else n.nope.deeper() }}', '      |                               ^^^^^^^^^^^^^']],
    ['{% for a in 5 %}{% endfor %}', ['page.html:1:13 a value of type number cannot be looped over', '    1 | {% for a in 5 %}{% endfor %}', '      |             ^']],
    ['{% url "nowhere" %}', ['page.html:1:1 Error: there is no route nowhere', '    1 | {% url "nowhere" %}', '      | ^^^^^^^^^^^^^^^^^^^']],
  ])('%s', (source, lines) => {
    const boom = (): never => { throw new RangeError('bang'); };
    expect(failure(source, { user: { name: 'a' }, b: [1], n: 1, boom }).split('\n')).toEqual(lines);
  });

  test('an error in another file names that file', () => {
    const sources = { 'page.html': '{% extends "base.html" %}\n{% block a %}\n{% include "part.html" %}{% endblock %}', 'base.html': '{% block a %}{% endblock %}', 'part.html': '1\n2 {{ nope }}' };
    const error = (() => { try { engineOf(sources, {}, true).renderToString('page.html', {}); } catch (thrown) { return thrown; } return null; })();
    expect(error).toBeInstanceOf(TemplateError);
    expect(error).toMatchObject({ template: 'part.html', line: 2, column: 6 });
    expect((error as Error).message).toMatch(/^part.html:2:6 "nope" is undefined\n {4}2 \| 2 \{\{ nope \}\}\n {6}\| {6}\^\^\^\^$/);
  });

  test('errors in macros, late includes and the asynchronous form are placed as well', async () => {
    const boom = (): never => { throw new Error('bang'); };
    const sources = { 'page.html': '{% import "m.html" as m with context %}\n{{ m.run() }}', 'm.html': '{% macro run() %}\n\n{{ boom() }}{% endmacro %}', 'late.html': '{% include name %}', 'async.html': '{{ later }}\n{% include name %}' };
    const engine = engineOf(sources);
    for (const name of ['page.html', 'late.html']) {
      expect(() => engine.renderToString(name, { boom, name: 'page.html' })).toThrow(/^m.html:3:4 Error: bang/);
    }
    await expect(engine.renderToString('async.html', { boom, name: 'page.html', later: Promise.resolve(1) })).rejects.toThrow(/^m.html:3:4 Error: bang/);
  });

  test('a long line is cut around the place', () => {
    const message = failure(`${'x'.repeat(300)}{{ nope }}${'y'.repeat(300)}`);
    expect(message.split('\n')[0]).toBe('page.html:1:304 "nope" is undefined');
    const [, line = '', pointer = ''] = message.split('\n');
    expect(line.length).toBeLessThan(140);
    expect(line.slice(pointer.indexOf('^'), pointer.lastIndexOf('^') + 1)).toBe('nope');
  });

  test('undefined names are empty in production, and may be asked about in development', () => {
    expect(rendered('[{{ a }}{{ a.b }}{{ a|upper }}{% for x in a %}{% endfor %}]')).toBe('[]');
    expect(engineOf('{% if a %}{% endif %}{{ a|default("d") }}{{ a or "o" }}{{ a is defined }}{% firstof a "f" %}', {}, true).renderToString('page.html')).toBe('dofalsef');
  });

  test('templates that are not there are named, with the nearest', () => {
    expect(() => engineOf('x').renderToString('pag.html')).toThrow("template 'pag.html': template not found (did you mean \"page.html\"?)");
  });
});

describe('files', () => {
  test('a directory is read, hidden files and links that lead out of it are not', async () => {
    const directory = join(root, 'site');
    mkdirSync(join(directory, '.git'), { recursive: true });
    writeFileSync(join(root, 'secret.html'), 'secret');
    writeFileSync(join(directory, 'a.html'), '\uFEFFA{{ x }}');
    writeFileSync(join(directory, '.git', 'bad.html'), '{% if %}');
    symlinkSync(join(root, 'secret.html'), join(directory, 'link.md'));
    const engine = templates({ directory });
    await engine.prepare?.({ debug: false, url: () => '', staticUrl: (name) => name, staticIntegrity: () => '' });
    expect(engine.renderToString('a.html', { x: 1 })).toBe('A1');
    for (const name of ['link.md', '../secret.html', join(root, 'secret.html')]) expect(() => engine.renderToString(name)).toThrow(/not found/);
  });

  test('of several directories the first that has a template gives it', async () => {
    for (const [folder, files] of Object.entries({ mine: ['a'], theirs: ['a', 'b'] })) {
      mkdirSync(join(root, folder));
      for (const file of files) writeFileSync(join(root, folder, `${file}.html`), `${folder} ${file}`);
    }
    const engine = templates({ directory: [join(root, 'mine'), join(root, 'theirs')] });
    await engine.prepare?.({ debug: false, url: () => '', staticUrl: (name) => name, staticIntegrity: () => '' });
    expect([engine.renderToString('a.html'), engine.renderToString('b.html')]).toEqual(['mine a', 'theirs b']);
  });

  test('in development a file that changed is read again, also when it is a parent', async () => {
    const directory = join(root, 'dev');
    mkdirSync(directory);
    writeFileSync(join(directory, 'base.html'), 'one {% block a %}{% endblock %}');
    writeFileSync(join(directory, 'page.html'), '{% extends "base.html" %}{% block a %}p{% endblock %}');
    const engine = templates({ directory });
    await engine.prepare?.({ debug: true, url: () => '', staticUrl: (name) => name, staticIntegrity: () => '' });
    expect(engine.renderToString('page.html')).toBe('one p');
    writeFileSync(join(directory, 'base.html'), 'two {% block a %}{% endblock %}');
    utimesSync(join(directory, 'base.html'), 1, 1);
    expect(engine.renderToString('page.html')).toBe('two p');
  });

  test('templates are compiled at the start, so that a mistake fails it', () => {
    expect(() => engineOf({ 'ok.html': 'x', 'bad.html': 'a\n{% if %}' })).toThrow(/^bad.html:2:7 expected a value, found the end/);
  });

  test.each([
    [{}, /expected either directory or sources/],
    [{ directory: '' }, /templates\(\): directory is empty/],
    [{ directory: new URL('http://a/') }, /directory is http/],
    [{ sources: {}, dir: 'b' }, /unknown option 'dir'/],
    [{ sources: {}, filters: { f: 1 } }, /filters is not what was expected: an object of functions/],
    [{ sources: {}, filters: { 'a-b': () => 1 } }, /'a-b' is no name that a template could use/],
    [{ sources: {}, tags: { t: {} } }, /tags is not what was expected/],
  ])('%j is refused', (options, message) => {
    expect(() => templates(options as never)).toThrow(message);
  });
});
