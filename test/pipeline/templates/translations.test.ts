import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { gettextLazy, markSafe, overrideLanguage, templates } from '../../../src/index.ts';
import { activateTranslations } from '../../../src/pipeline/i18n/index.ts';
import { run } from '../helpers.ts';
import { catalogues, message, plural } from '../i18n/support.ts';
import { engineOf, failure, rendered } from './support.ts';

const GERMAN = [
  message('Hello', 'Hallo'),
  message('a & <b>', 'ä & <i>'),
  message('100%% sure', '100%% sicher'),
  message('say "x"', 'sag "x"'),
  message('quiet', 'leise "x"'),
  message('May', 'Mai', 'month'),
  message('May', 'Darf'),
  message('Hello %(name)s!', 'Hallo %(name)s, &!'),
  message('Bad %(name)s', 'Schlecht %(nome)s'),
  message('one two', 'eins zwei'),
  message('<a href="%(url)s">%(url)s</a>', '<a href="%(url)s">zu %(url)s</a>'),
  plural('%(count)s file', '%(count)s files of %(name)s', ['%(count)s Datei', '%(count)s Dateien von %(name)s']),
  plural('%(n)s file', '%(n)s files', ['%(n)s Akte', '%(n)s Akten'], 'office'),
].join('');

async function german(source: string, context: object = {}): Promise<string> {
  await run({ i18n: { directory: catalogues({ de: GERMAN }), languages: { en: 'English', de: 'Deutsch' } } });
  return overrideLanguage('de', async () => engineOf(source).renderToString('page.html', context));
}

afterAll(() => activateTranslations(undefined));

/** What Django 3.2 gives for the same, but where a comment says otherwise. */
describe('in German', () => {
  test.each<[string, string, object?]>([
    ['{% translate "Hello" %}{% trans "Hello" %}', 'HalloHallo'],
    ['{% translate "a & <b>" %}', 'ä & <i>'],
    ['{% translate x %}', 'ä &amp; &lt;i&gt;', { x: 'a & <b>' }],
    ['{% translate x %}', 'ä & <i>', { x: markSafe('a & <b>') }],
    ['{% translate "not & there" %}', 'not & there'],
    ['{% translate x %}', 'not &amp; there', { x: 'not & there' }],
    ['{% translate "100% sure" %}', '100% sicher'],
    ['{% translate "May" context "month" %} {% translate "May" %}', 'Mai Darf'],
    ['{% translate "May" context c %}', 'Mai', { c: 'month' }],
    ['{% translate "Hello" noop %}', 'Hello'],
    ['{% translate "Hello" as h %}[{{ h }}]', '[Hallo]'],
    ['{% translate "a & <b>" as h %}[{{ h }}]', '[ä & <i>]'],
    ['{% translate x as h %}[{{ h }}]', '[ä &amp; &lt;i&gt;]', { x: 'a & <b>' }],
    ['{% translate "Hello"|upper %}', 'HALLO'],
    ['{% translate "Hello"|upper context "none" as h %}{{ h }}', 'HELLO'],
    ['{% translate missing %}', ''],
    ['{% translate missing|default:"Hello" %}', 'Hello'],
    ['{% translate "" %}', ''],
    ['{{ _("Hello") }}', 'Hallo'],
    ['{{ _("a & <b>") }}', 'ä & <i>'],
    ["{{ _('Hello')|upper }}", 'HALLO'],
    // Django doubles the percent sign here.
    ['{{ _("100% sure") }}', '100% sicher'],
    ['{{ missing|default:_("a & <b>") }}', 'ä & <i>'],
    ['{% if x == _("Hello") %}same{% endif %}', 'same', { x: 'Hallo' }],
    ['{% with h=_("Hello") %}{{ h }}{% endwith %}', 'Hallo'],
    ['{% set x = "Hello" %}{{ _(x) }}', 'Hallo'],
    ['{{ title }} {{ title|upper }}', 'Hallo HALLO', { title: gettextLazy('Hello') }],
    ['{% blocktranslate %}Hello{% endblocktranslate %}{% blocktrans %}Hello{% endblocktrans %}', 'HalloHallo'],
    ['{% blocktranslate %}Hello {{ name }}!{% endblocktranslate %}', 'Hallo &lt;Ada&gt;, &!', { name: '<Ada>' }],
    ['{% blocktranslate %}Hello {{ name }}!{% endblocktranslate %}', 'Hallo <b>, &!', { name: markSafe('<b>') }],
    ['{% blocktranslate %}Hello {{ name }}!{% endblocktranslate %}', 'Hallo , &!'],
    ['{% blocktranslate with name=x|upper %}Hello {{ name }}!{% endblocktranslate %}', 'Hallo ADA &amp; CO, &!', { x: 'ada & co' }],
    ['{% blocktranslate with x as name and y as z %}Hello {{ name }}!{% endblocktranslate %}', 'Hallo X, &!', { x: 'X' }],
    ['{% autoescape off %}{% blocktranslate %}Hello {{ name }}!{% endblocktranslate %}{% endautoescape %}', 'Hallo <Ada>, &!', { name: '<Ada>' }],
    ['{% blocktranslate count count=n %}{{ count }} file{% plural %}{{ count }} files of {{ name }}{% endblocktranslate %}', '1 Datei', { n: 1 }],
    ['{% blocktranslate count count=n with name=x %}{{ count }} file{% plural %}{{ count }} files of {{ name }}{% endblocktranslate %}', '5 Dateien von &lt;x&gt;', { n: 5, x: '<x>' }],
    ['{% blocktranslate count count=l|length with name=y %}{{ count }} file{% plural %}{{ count }} files of {{ name }}{% endblocktranslate %}', '2 Dateien von z', { l: [1, 2], y: 'z' }],
    ['{% blocktranslate context "office" count n=n %}{{ n }} file{% plural %}{{ n }} files{% endblocktranslate %}', '0 Akten', { n: 0 }],
    ['{% blocktranslate count c=5 %}one{% plural %}many{% endblocktranslate %}', 'many'],
    ['{% blocktranslate trimmed %}\n  one\n   two  \n{% endblocktranslate %}', 'eins zwei'],
    ['{% blocktranslate %} one two {% endblocktranslate %}', ' one two '],
    // Django 3.2 escapes once more; later ones do not.
    ['{% blocktranslate asvar v %}Hello {{ name }}!{% endblocktranslate %}[{{ v }}]', '[Hallo &lt;b&gt;, &!]', { name: '<b>' }],
    ['{% blocktranslate %}Bad {{ name }}{% endblocktranslate %}', 'Bad x', { name: 'x' }],
    ['{% blocktranslate %}unknown 5% {{ name }}{% endblocktranslate %}', 'unknown 5% x', { name: 'x' }],
    ['{% language "en" %}{% translate "Hello" %} {{ t }}{% endlanguage %} {% translate "Hello" %} {{ t }}', 'Hello Hello Hallo Hallo', { t: gettextLazy('Hello') }],
    ['{% language code %}{% get_current_language as L %}{{ L }}{% endlanguage %}', 'en', { code: 'en-GB' }],
    ['{% get_current_language as L %}{% get_current_language_bidi as B %}{{ L }} {{ B }}', 'de false'],
    ['{% get_available_languages as L %}{% for c, n in L %}{{ c }}={{ n }} {% endfor %}', 'en=English de=Deutsch '],
    ['{% get_language_info for "he" as i %}{{ i.code }} {{ i.name }} {{ i.name_local }} {{ i.name_translated }} {{ i.bidi }}', 'he Hebrew עברית Hebräisch true'],
    ['{% get_available_languages as L %}{% get_language_info_list for L as all %}{% for i in all %}{{ i.code }}={{ i.name_local }} {% endfor %}', 'en=English de=Deutsch '],
    ['{% get_language_info_list for codes as all %}{% for i in all %}{{ i.name_translated }} {% endfor %}', 'Französisch Englisch ', { codes: ['fr', 'en'] }],
    ['{{ "fr"|language_name }} {{ "fr"|language_name_local }} {{ "fr"|language_name_translated }} {{ "ar"|language_bidi }}', 'French français Französisch true'],
  ])('%s gives %s', async (source, expected, context) => {
    expect(await german(`{% load i18n %}${source}`, context)).toBe(expected);
  });
});

describe('without translations', () => {
  test.each<[string, string, object?]>([
    ['{% translate "a & b" %} {{ _("a & b") }} {% translate "100% sure" %}', 'a & b a & b 100% sure'],
    ['{% blocktranslate %}Hello {{ name }}, 5%{% endblocktranslate %}', 'Hello &lt;b&gt;, 5%', { name: '<b>' }],
    ['{% blocktranslate count n=n %}{{ n }} cat{% plural %}{{ n }} cats{% endblocktranslate %}', '2 cats', { n: 2 }],
    ['{% language "de" %}{% translate "Hello" %}{% endlanguage %}{% get_available_languages as L %}{{ L|length }}', 'Hello0'],
  ])('%s gives the text of the template', async (source, expected, context) => {
    await activateTranslations(undefined);
    expect(rendered(source, context)).toBe(expected);
  });
});

describe('where a translation stands', () => {
  test('quotes of a translation cannot end an attribute', async () => {
    expect(await german(`<p title="{% translate 'say "x"' %}" lang="{% blocktranslate %}quiet{% endblocktranslate %}">`)).toBe('<p title="sag &quot;x&quot;" lang="leise &quot;x&quot;">');
  });

  test('a translation in a script is a string of the script', async () => {
    expect(await german(`<script>const a = "{% translate 'say "x"' %}", b = {{ _('say "x"') }};</script>`)).toBe('<script>const a = "sag \\u0022x\\u0022", b = "sag \\"x\\"";</script>');
  });

  test('a value that is a URL in the message is held to harmless schemes', async () => {
    const page = '{% blocktranslate %}<a href="{{ url }}">{{ url }}</a>{% endblocktranslate %}';
    expect(await german(page, { url: '/a?b=1&c=2' })).toBe('<a href="/a?b=1&amp;c=2">zu /a?b=1&amp;c=2</a>');
    expect(await german(page, { url: 'javascript:alert(1)' })).not.toContain('javascript');
  });

  test('markup of a value cannot end an attribute of the message', async () => {
    const page = '{% blocktranslate %}<i title="{{ name }}"></i>{% endblocktranslate %}';
    expect(await german(page, { name: markSafe('"><script>') })).toBe('<i title="&quot;&gt;&lt;script&gt;"></i>');
  });

  test('outputs behind a message are guarded by where it ends', async () => {
    const page = '{% blocktranslate %}<a href="{% endblocktranslate %}{{ url }}">';
    expect(await german(page, { url: 'javascript:alert(1)' })).not.toContain('javascript');
  });

  test.each([
    ['<script>{% blocktranslate %}x{% endblocktranslate %}</script>', 'a {% blocktranslate %} is escaped as text, which is not safe here'],
    ['{% blocktranslate %}<script>{{ x }}</script>{% endblocktranslate %}', 'a value of {% blocktranslate %} may stand in text and in attributes'],
    ['{% blocktranslate %}<a href="{{ x }}:y">{% endblocktranslate %}', 'could be the scheme of the URL'],
    ['{% blocktranslate %}<a href="{{ x }}{% endblocktranslate %}:y">', 'a URL with a value must end inside'],
    ['{% blocktranslate %}{{ a.b }}{% endblocktranslate %}', 'holds text and names alone'],
    ['{% blocktranslate %}{% if a %}{% endif %}{% endblocktranslate %}', 'holds text and names alone'],
    ['{% blocktranslate count n=1 %}x{% endblocktranslate %}', '"count" needs a {% plural %} inside'],
    ['{% blocktranslate %}x{% plural %}y{% endblocktranslate %}', '{% plural %} needs a number to go by'],
    ['{% blocktranslate count n="many" %}x{% plural %}y{% endblocktranslate %}', '"count" goes by a number, not by many'],
    ['{% blocktranslate wiht a=b %}x{% endblocktranslate %}', 'expected "with", "count", "context", "trimmed" or "asvar"'],
    ['{% blocktranslate %}x', '{% blocktranslate %} is never closed'],
    ['{% plural %}', '{% plural %} has nothing to continue here'],
    ['{% translate %}', 'expected a value'],
    ['{% translate "a" of %}', 'expected "context", "noop" or "as"'],
    ['{% translate nothing %}', '"nothing" is undefined'],
    ['{% blocktranslate %}{{ nothing }}{% endblocktranslate %}', 'is undefined'],
    ['{% get_language_info for "1" as i %}', '"1" is no language tag'],
    ['{% get_language_info_list for nothing as all %}', 'is undefined'],
  ])('%s is refused', (source, problem) => {
    expect(failure(source)).toContain(problem);
  });
});

/** Messages of random pieces in random places, with values that attack; what is refused is safe, too. */
test('no value of a message becomes markup or a URL that runs code', () => {
  const piece = fc.constantFrom('<a href="', '<a href="/', '<a title="', '{{ x }}', '{{ y }}', '">', '</a>', ':', 'java', 'script', "'", ' ', 'onclick="', '{{ _("Hello") }}');
  const value = fc.constantFrom('javascript:alert(1)', '"><script>evil', "' onload=evil", 'script:alert(1)', '/ok', ':', '');
  const pieces = fc.array(piece, { maxLength: 5 }).map((each) => each.join(''));
  fc.assert(
    fc.property(pieces, pieces, pieces, value, value, (before, inside, behind, x, y) => {
      const source = `${before}{% blocktranslate %}${inside}{% endblocktranslate %}${behind}`;
      const text = unlessRefused(() => rendered(source, { x, y }));
      expect(text).not.toContain('<script>');
      expect([...text.matchAll(/href="([^"]*)"/g)].map(([, url = '']) => protocolOf(url)), source).not.toContain('javascript:');
    }),
    { numRuns: 300 },
  );
});

function unlessRefused(render: () => string): string {
  try {
    return render();
  } catch (error) {
    expect(error).toHaveProperty('name', 'TemplateError');
    return '';
  }
}

function protocolOf(attribute: string): string {
  const url = attribute.replace(/&(?:quot|lt|gt|#39);/g, '_').replaceAll('&amp;', '&');
  return URL.canParse(url, 'http://site/') ? new URL(url, 'http://site/').protocol : '';
}

describe('the forms of a page', () => {
  const page = '{% language "de" %}{% translate greeting %} {% blocktranslate %}Hello {{ name }}!{% endblocktranslate %}{% endlanguage %} {% translate greeting %}';
  const expected = 'Hallo Hallo <, &! Hello'.replace('<', '&lt;');

  async function engine() {
    await run({ i18n: { directory: catalogues({ de: GERMAN }), languages: ['en', 'de'] } });
    return engineOf(page);
  }

  test('bytes and text agree', async () => {
    const context = { greeting: 'Hello', name: '<' };
    const made = await (await engine()).render('page.html', context);
    expect([made.toString(), await (await engine()).renderToString('page.html', context)]).toEqual([expected, expected]);
  });

  test('a page that waits keeps each language where it belongs', async () => {
    const slow = (value: string) => new Promise((resolve) => setImmediate(resolve, value));
    const made = await engine();
    const pages = await Promise.all([1, 2, 3].map(() => made.renderToString('page.html', { greeting: slow('Hello'), name: slow('<') })));
    expect(pages).toEqual([expected, expected, expected]);
  });

  test('a value with the mark of tokens is shown as it is', async () => {
    expect(await german('{% blocktranslate %}Hello {{ name }}!{% endblocktranslate %}{{ name }}', { name: '\x1b<' })).toBe('Hallo \x1b&lt;, &!\x1b&lt;');
  });

  test('a streamed page is made in the language in which it was asked for', async () => {
    await run({ i18n: { directory: catalogues({ de: GERMAN }), languages: ['en', 'de'] } });
    const made = engineOf('<head></head>{% translate "Hello" %}{% flush %}{% language "en" %}{% translate "Hello" %}{% flush %}{% endlanguage %}{{ _("Hello") }}');
    const pieces = overrideLanguage('de', () => made.stream('page.html'));
    let text = '';
    for await (const piece of pieces) text += Buffer.from(piece).toString();
    expect(text).toBe('<head></head>HalloHelloHallo');
  });

  test('a language ends where its body fails', async () => {
    const engineThatFails = templates({ sources: { 'page.html': '{% language "de" %}{{ fail() }}{% endlanguage %}' } });
    await run({ templates: engineThatFails, i18n: { directory: catalogues({ de: GERMAN }), languages: ['en', 'de'] } });
    const fail = () => {
      throw new Error('no');
    };
    expect(() => engineThatFails.renderToString('page.html', { fail })).toThrow('no');
    expect(String(gettextLazy('Hello'))).toBe('Hello');
  });
});

describe('{% cache %}', () => {
  test('keeps a piece for each language', async () => {
    await run({ i18n: { directory: catalogues({ de: GERMAN }), languages: ['en', 'de'] } });
    const kept = new Map<string, string>();
    const store = { find: (key: string) => kept.get(key) ?? 1, keep: (key: string, text: string) => void kept.set(key, text) };
    const engine = templates({ sources: { 'page.html': '{% cache 60 greeting %}{% translate "Hello" %}{% endcache %}' } });
    await engine.prepare?.({ debug: false, url: () => '', staticUrl: String, staticIntegrity: () => '', fragments: store as never });
    const both = ['de', 'en', 'de'].map((language) => overrideLanguage(language, () => engine.renderToString('page.html')));
    expect([both, kept.size]).toEqual([['Hallo', 'Hello', 'Hallo'], 2]);
  });
});
