import { describe, expect, test } from 'vitest';
import { markSafe } from '../../../src/index.ts';
import { failure, rendered } from './support.ts';

const nb = '\u00a0';
const day = new Date(Date.UTC(2024, 4, 3, 16, 5, 9));
const context = {
  lt: '<b>', text: 'joel is a slug', list: ['a', 'b', 'c'], people: [{ name: 'Zed', age: 19 }, { name: 'Amy', age: 22 }, { name: 'joe', age: 31 }],
  nothing: null, empty: '', yes: true, day, safe: markSafe('<i>A b</i>'), html: markSafe('<p>Joel <b>is a</b> slug</p>'), nested: ['States', ['Kansas', ['Lawrence'], 'Illinois']], map: new Map([['k', 1]]), object: { b: 2, a: 1 },
};

describe('filters on text', () => {
  test.each([
    [`{{ "I'm"|addslashes }}`, 'I\\&#39;m'],
    ['{{ "django"|capfirst }} {{ "ÉCOLE x"|capitalize }}', 'Django École x'],
    ['[{{ "Django"|center:"15" }}]', '[     Django    ]'],
    ['[{{ "Django"|ljust:10 }}][{{ "Django"|rjust:10 }}]', '[Django    ][    Django]'],
    ['{{ "String with spaces"|cut:" " }}', 'Stringwithspaces'],
    ['{{ "Still MAD"|lower }} {{ "Joel"|upper }}', 'still mad JOEL'],
    ['{{ "800-COLLECT"|phone2numeric }}', '800-2655328'],
    ['{{ " Joel is a slug "|slugify }} {{ "Crème brûlée!"|slugify }}', 'joel-is-a-slug creme-brulee'],
    ['{{ 10|stringformat:"E" }} {{ 5|stringformat:"03d" }} {{ 3.14159|stringformat:".2f" }} {{ "x"|stringformat:"5s" }}|', '1.000000E+01 005 3.14     x|'],
    ['{{ "%s is %d%%"|format("a", 5) }}', 'a is 5%'],
    [`{{ "my FIRST post's"|title }}`, 'My First Post&#39;s'],
    ['{{ "Joel is a slug"|truncatechars:7 }}', 'Joel i…'],
    ['{{ "Joel is a slug"|truncatewords:2 }}', 'Joel is …'],
    ['{{ "Joel is a slug"|truncate(9) }} {{ "Joel is a slug"|truncate(6, true) }} {{ "Joel is"|truncate(4, end="") }}', 'Joel is... Joel i... Joel'],
    ['{{ "Joel is a slug"|wordcount }}', '4'],
    ['{{ "Joel is a slug"|wordwrap:5 }}', 'Joel\nis a\nslug'],
    ['{{ " x "|trim }}{{ "a,b"|replace(",", ";") }}{{ "aaa"|replace("a", "b", 2) }}', 'xa;bbba'],
    ['{{ "a\nb"|indent(2) }}|{{ "a\nb"|indent(2, true) }}', 'a\n  b|  a\n  b'],
    ['{{ 5|string + 1 }}', '51'],
  ])('%s', (source, expected) => {
    expect(rendered(source, context)).toBe(expected);
  });
});

describe('filters that make markup', () => {
  test.each([
    ['{{ lt|escape }}{{ lt|e }}{{ lt|force_escape }}', '&lt;b&gt;'.repeat(3)],
    ['{{ lt|safe }}', '<b>'],
    ['{{ "a<\n\nb\nc"|linebreaks }}', '<p>a&lt;</p>\n\n<p>b<br>c</p>'],
    ['{{ "a<\nb"|linebreaksbr }}', 'a&lt;<br>b'],
    ['{% autoescape off %}{{ "a<\nb"|linebreaksbr }}{% endautoescape %}', 'a<<br>b'],
    ['{{ "one\ntwo<"|linenumbers }}', '1. one\n2. two&lt;'],
    ['{{ nested|unordered_list }}', '\t<li>States\n\t<ul>\n\t\t<li>Kansas\n\t\t<ul>\n\t\t\t<li>Lawrence</li>\n\t\t</ul>\n\t\t</li>\n\t\t<li>Illinois</li>\n\t</ul>\n\t</li>'],
    ['{{ safe|striptags }}', 'A b'],
    ['{{ "Check www.djangoproject.com, ok <b>"|urlize }}', 'Check <a href="https://www.djangoproject.com" rel="nofollow">www.djangoproject.com</a>, ok &lt;b&gt;'],
    ['{{ "me@example.org (http://a.de/x_(y))."|urlize }}', '<a href="mailto:me@example.org">me@example.org</a> (<a href="http://a.de/x_(y)" rel="nofollow">http://a.de/x_(y)</a>).'],
    ['{{ "www.djangoproject.com"|urlizetrunc:15 }}', '<a href="https://www.djangoproject.com" rel="nofollow">www.djangoproje…</a>'.replace('proje…', 'proj…')],
    ['{{ html|truncatewords_html:2 }}', '<p>Joel <b>is …</b></p>'],
    ['{{ html|truncatechars_html:7 }}', '<p>Joel <b>i…</b></p>'],
    ['{{ object|json_script:"id<" }}', '<script id="id&lt;" type="application/json">{"b":2,"a":1}</script>'],
    ['{{ "</script>"|json_script:"x" }}', '<script id="x" type="application/json">"\\u003C/script\\u003E"</script>'],
    ['{{ list|tojson }}', '[&quot;a&quot;,&quot;b&quot;,&quot;c&quot;]'],
    ["<script>var a = '{{ \"it's\"|escapejs }}';</script>", "<script>var a = 'it\\u0027s';</script>"],
    ['<p{{ object|xmlattr|safe }}>', '<p b="2" a="1">'],
    ['{{ ["<", safe]|join(" ") }} {{ ["<"]|join(" ") }}', '&lt; <i>A b</i> &lt;'],
    ['{{ list|join:"<br>" }} {{ list|join("<br>") }}', 'a<br>b<br>c a&lt;br&gt;b&lt;br&gt;c'],
    ['{{ nothing|default:"<i>" }}{{ nothing|default("<i>") }}', '<i>&lt;i&gt;'],
    ['{{ safe|lower }} {{ safe|upper }}', '<i>a b</i> &lt;I&gt;A B&lt;/I&gt;'],
    ['{{ ["<", "a"]|escapeseq|join:"&" }} {{ ["<"]|safeseq|join:"&" }}', '&lt;&a <'],
    ['{{ "https://a.de/?x=ü y&z=1"|urlencode }}', 'https%3A//a.de/%3Fx%3D%C3%BC%20y%26z%3D1'],
    ['{{ "a/b"|urlencode:"" }}', 'a%2Fb'],
    ['{{ "?test=I ♥ Django"|iriencode }}', '?test=I%20%E2%99%A5%20Django'],
  ])('%s', (source, expected) => {
    expect(rendered(source, context)).toBe(expected);
  });
});

describe('filters on lists', () => {
  test.each([
    ['{{ list|first }}{{ list|last }}{{ list|length }}{{ list|count }}', 'ac33'],
    ['{{ map|length }}{{ object|length }}{{ "añ"|length }}{{ nothing|length }}', '1220'],
    ['{{ list|slice:":2"|join }} {{ list|slice:"-2:"|join }} {{ "abcd"|slice:"1:3" }}', 'ab bc bc'],
    ['{{ "joel"|make_list|join(",") }}', 'j,o,e,l'],
    ['{{ people|dictsort:"name"|map("name")|join(",") }}', 'Amy,Zed,joe'],
    ['{{ people|dictsortreversed:"age"|map(attribute="age")|join(",") }}', '31,22,19'],
    ['{{ people|sort(attribute="name")|map("name")|join(",") }}', 'Amy,joe,Zed'],
    ['{{ [3, 1, 2]|sort|join }} {{ [3, 1, 2]|sort(true)|join }}', '123 321'],
    ['{% for k, v in object|dictsort %}{{ k }}{{ v }}{% endfor %}', 'a1b2'],
    ['{% for row in [1, 2, 3]|batch(2, "-") %}{{ row|join }};{% endfor %}', '12;3-;'],
    ['{% for column in [1, 2, 3]|slice(2) %}{{ column|join }};{% endfor %}', '12;3;'],
    ['{% for g in people|groupby("age") %}{{ g.grouper }}{{ g.list|length }} {% endfor %}', '191 221 311 '],
    ['{{ [1, 0, 2]|select|join }}{{ [1, 2, 3]|select("odd")|join }}{{ [1, 2, 3]|reject("odd")|join }}', '12132'],
    ['{{ people|selectattr("age", "gt", 20)|map("name")|join(",") }}', 'Amy,joe'],
    ['{{ [1, 2, 1]|unique|join }}{{ [1, 2]|sum }}{{ people|sum(attribute="age") }}', '12372'],
    ['{{ [3, 9]|max }}{{ [3, 9]|min }}{{ list|reverse|join }}{{ "abc"|reverse }}', '93cbacba'],
    ['{{ ["x"]|random }}', 'x'],
  ])('%s', (source, expected) => {
    expect(rendered(source, context)).toBe(expected);
  });
});

describe('filters on numbers and missing values', () => {
  test.each([
    ['{{ 4|add:"2" }} {{ "a"|add:"b" }} {{ list|add:list|length }}', '6 ab 6'],
    ['{{ 34.23234|floatformat }} {{ 34.0|floatformat }} {{ 34.26|floatformat }}', '34.2 34 34.3'],
    ['{{ 34.23234|floatformat:3 }} {{ 34|floatformat:3 }} {{ 39.56|floatformat:"0" }}', '34.232 34.000 40'],
    ['{{ 34.0|floatformat:"-3" }} {{ 34.26|floatformat:"-3" }} {{ 34232.34|floatformat:"2g" }} {{ "x"|floatformat }}', '34 34.260 34,232.34 '],
    ['{{ 123456789|filesizeformat }} {{ 1|filesizeformat }} {{ 0|filesizeformat }}', `117.7${nb}MB 1${nb}byte 0${nb}bytes`],
    ['{{ 123456789|get_digit:"2" }}{{ "x"|get_digit:2 }}', '8x'],
    ['{{ 21|divisibleby:"7" }}', 'true'],
    ['vote{{ 1|pluralize }} vote{{ 2|pluralize }} class{{ 2|pluralize:"es" }} cherr{{ 1|pluralize:"y,ies" }} cherr{{ list|pluralize:"y,ies" }}', 'vote votes classes cherry cherries'],
    ['{{ yes|yesno:"a,b,c" }}{{ empty|yesno:"a,b,c" }}{{ nothing|yesno:"a,b,c" }}{{ nothing|yesno:"a,b" }}{{ yes|yesno }}', 'abcbyes'],
    ['{{ empty|default:"d" }}{{ empty|default_if_none:"d" }}{{ nothing|default_if_none:"d" }}', 'dd'],
    ['{{ 2.567|round(1) }} {{ 2.5|round }} {{ 2.1|round(0, "ceil") }} {{ "7"|int + 1 }} {{ "x"|int(5) }} {{ "2.5"|float }}', '2.6 3 3 8 5 2.5'],
  ])('%s', (source, expected) => {
    expect(rendered(source, context)).toBe(expected);
  });
});

describe('filters on dates', () => {
  test.each([
    ['D d M Y', 'Fri 03 May 2024'],
    ['l, j. F y', 'Friday, 3. May 24'],
    ['H:i:s', '16:05:09'],
    ['g:i A', '4:05 PM'],
    ['P', '4:05 p.m.'],
    ['f', '4:05'],
    ['jS \\o\\f F', '3rd of May'],
    ['c', '2024-05-03T16:05:09+00:00'],
    ['r', 'Fri, 03 May 2024 16:05:09 +0000'],
    ['N n m b', 'May 5 05 may'],
    ['z W o t L w', '124 18 2024 31 True 5'],
    ['U e O Z u', '1714752309 UTC +0000 0 000000'],
    ['DATE_FORMAT', 'May 3, 2024'],
  ])('date:"%s" gives %s', (format, expected) => {
    expect(rendered(`{{ day|date:"${format}" }}`, { day })).toBe(expected);
  });

  test('the zone of the option counts, with its summer time', () => {
    expect(rendered('{{ day|date:"H:i T O" }}', { day }, { timeZone: 'America/New_York' })).toBe('12:05 EDT -0400');
  });

  test.each([
    [[2024, 0, 1], [2024, 0, 1, 0, 0, 30], `0${nb}minutes`],
    [[2024, 0, 1], [2024, 0, 1, 0, 5], `5${nb}minutes`],
    [[2024, 0, 1], [2024, 0, 1, 1, 1], `1${nb}hour, 1${nb}minute`],
    [[2024, 0, 31], [2024, 2, 1], `1${nb}month`],
    [[2020, 5, 1], [2024, 8, 1], `4${nb}years, 3${nb}months`],
    [[2024, 0, 2], [2024, 0, 1], `0${nb}minutes`],
  ])('timesince from %j to %j is %s', (from, to, expected) => {
    const dates = { a: new Date(Date.UTC(...(from as [number, number]))), b: new Date(Date.UTC(...(to as [number, number]))) };
    expect(rendered('{{ a|timesince:b }}', dates)).toBe(expected);
    expect(rendered('{{ b|timeuntil:a }}', dates)).toBe(expected);
  });

  test('what is no date shows nothing', () => {
    expect(rendered('[{{ x|date:"Y" }}{{ none|date:"Y" }}{{ x|timesince }}]', { x: 'soon', none: null })).toBe('[]');
  });
});

describe('bounds', () => {
  const runs = [
    ['striptags', '<!--'], ['striptags', '<a'], ['striptags', '<<a>'], ['truncatechars_html:99999999', '<!--'], ['truncatewords_html:99999999', '<a '],
    ['urlize', 'a'], ['urlize', 'a.'], ['urlize', 'a@'], ['urlize', 'http://('], ['urlize', '!'], ['urlize', ')'], ['slugify', '_'], ['slugify', '- '], ['title', "a'"],
    ['linebreaks', '\n'], ['wordwrap:5', 'a '], ['truncatewords:3', ' '], ['escapejs', "'"], ['urlencode', '%'], ['iriencode', '['],
  ] as const;
  test.each(runs)('%s takes no time out of proportion on a long run of %j', (filter, unit) => {
    const started = performance.now();
    const run = unit.repeat(100_000);
    rendered(`{{ x|${filter} }}{{ y|${filter} }}`, { x: `${run}x`, y: `http://a${run}` });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('widths that would fill the memory are refused', () => {
    expect(failure('{{ "a"|center:99999999 }}')).toMatch(/a width of 99999999 is more than 100000/);
    expect(failure('{% for i in range(99999999) %}{% endfor %}')).toMatch(/range\(\) of 99999999 numbers is more than/);
  });
});
