import { describe, expect, test } from 'vitest';
import { messagesOfScript } from '../../src/extraction/script-messages.ts';
import { messagesOfTemplate } from '../../src/pipeline/templates/index.ts';

const ofTemplate = (text: string) => messagesOfTemplate('page.html', text).map(({ context, id, plural, line }) => [line, context, id, plural]);
const ofScript = (text: string) => messagesOfScript(text, 'ts').map(({ context, id, plural, line }) => [line, context, id, plural]);

describe('messages of a template', () => {
  test.each([
    ['a\n{% translate "Hello" %}', [[2, undefined, 'Hello', undefined]]],
    ['{% trans "May" context "month" as m %}', [[1, 'month', 'May', undefined]]],
    ['{% translate "100%"|upper noop %}', [[1, undefined, '100%%', undefined]]],
    ['{{ a|default:_("none") }}{% if x == _("yes") %}{% endif %}', [[1, undefined, 'none', undefined], [1, undefined, 'yes', undefined]]],
    ['{% blocktranslate with a=b %}Hi {{ a }}, 5%{% endblocktranslate %}', [[1, undefined, 'Hi %(a)s, 5%%', undefined]]],
    ['{% blocktranslate count n=1 context "x" trimmed %}\n one\n{% plural %}\n {{ n }}\n many {% endblocktranslate %}', [[1, 'x', 'one', '%(n)s many']]],
    ['{% block a %}{% for x in y %}{% language "de" %}{% translate "deep" %}{% endlanguage %}{% endfor %}{% endblock %}', [[1, undefined, 'deep', undefined]]],
    ['{% own "a" b=_("c") %}{% translate "in a tag" %}{% endown %}', [[1, undefined, 'c', undefined], [1, undefined, 'in a tag', undefined]]],
    ['{% translate name %}{% translate "" %}{% translate "x" context c %}{# {% translate "no" %} #}', []],
  ])('%s', (text, expected) => {
    expect(ofTemplate(text)).toEqual(expected);
  });

  test('are those that the page asks its catalogue for', () => {
    expect(() => ofTemplate('{% translate %}')).toThrow('page.html:1');
  });
});

describe('messages of a module', () => {
  test.each([
    ["\nconst a: string = gettext('Hello');", [[2, undefined, 'Hello', undefined]]],
    ["gettext('Hello ' + 'you'); gettextLazy(`multi`); _('short'); gettextNoop('later')", [
      [1, undefined, 'Hello you', undefined], [1, undefined, 'multi', undefined], [1, undefined, 'short', undefined], [1, undefined, 'later', undefined],
    ]],
    ["i18n.ngettext('one', 'many', n, { n }); npgettextLazy('c', 'one', 'many', n); pgettext('c', 'x')", [
      [1, undefined, 'one', 'many'], [1, 'c', 'one', 'many'], [1, 'c', 'x', undefined],
    ]],
    ["const ä = '😀';\nreturnIt(() => gettext('behind wide characters'));", [[2, undefined, 'behind wide characters', undefined]]],
    ["gettext(name); gettext(`a ${b}`); gettext(); gettext(''); other('x'); ngettext('a', b, 1); // gettext('no')\n'gettext(\"no\")'", []],
  ])('%s', (text, expected) => {
    expect(ofScript(text)).toEqual(expected);
  });
});
