/**
 * Random templates with random values against a slow reference that escapes each value where it is written and joins strings. It
 * shares no code with the engine. Native code and JavaScript assemble each page.
 */
import { describe, expect, test } from 'vitest';
import { pageBytes } from '../../../src/gateway/answers/page-body.ts';
import type { TemplatePage } from '../../../src/index.ts';
import { Random } from '../../support/random.ts';
import { engineOf } from './support.ts';

type Context = Readonly<Record<string, unknown>>;
/** A piece of template with what it must give. */
interface Piece {
  readonly source: string;
  readonly expected: (context: Context, escapes: boolean) => string;
}

const TEXTS = ['<p>', '</p>', ' ', 'text ', 'é漢😀', '\x1b', '\x1b@C', '<b class="x">', '</b>', '&amp;', '\n'];
const VALUES: readonly unknown[] = ['', 'plain', '<', '&"\'>', '\x1b', '\x1b@@', '\x1b@C<', 'é漢😀', '\ud83d', '\0', '\u2028', 7, 0, -1.5, null, undefined, true, 10n, 'x'.repeat(70), '<'.repeat(70), ['a', '<'], []];
const NAMES = ['a', 'b', 'c', 'd'];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const shown = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
const escaped = (value: unknown): string => Array.from(shown(value).split(''), (character) => ENTITIES[character] ?? character).join('');
const write = (value: unknown, escapes: boolean): string => (escapes ? escaped(value) : shown(value));
const isTrue = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

function piece(random: Random, depth: number): Piece {
  const name = random.pick(NAMES);
  const kinds = depth > 0 ? ['text', 'value', 'value', 'safe', 'if', 'for', 'with', 'set', 'off', 'filter', 'macro', 'include'] : ['text', 'value', 'safe'];
  switch (random.pick(kinds)) {
    case 'text': {
      const text = random.pick(TEXTS);
      return { source: text, expected: () => text };
    }
    case 'safe':
      return { source: `{{ ${name}|safe }}`, expected: (context) => shown(context[name]) };
    case 'if': {
      const [yes, no] = [body(random, depth), body(random, depth)];
      return { source: `{% if ${name} %}${yes.source}{% else %}${no.source}{% endif %}`, expected: (c, e) => (isTrue(c[name]) ? yes : no).expected(c, e) };
    }
    case 'for': {
      const inner = body(random, depth);
      return { source: `{% for ${name} in list %}${inner.source}{% endfor %}`, expected: (c, e) => (c['list'] as unknown[]).map((item) => inner.expected({ ...c, [name]: item }, e)).join('') };
    }
    case 'with': {
      const inner = body(random, depth);
      const from = random.pick(NAMES);
      return { source: `{% with ${name}=${from} %}${inner.source}{% endwith %}`, expected: (c, e) => inner.expected({ ...c, [name]: c[from] }, e) };
    }
    case 'off': {
      const inner = body(random, depth);
      return { source: `{% autoescape off %}${inner.source}{% endautoescape %}`, expected: (c) => inner.expected(c, false) };
    }
    case 'set': {
      const inner = body(random, depth);
      return { source: `{% for q in [1] %}{% set z %}${inner.source}{% endset %}{{ z }}{{ z }}{% endfor %}`, expected: (c, e) => inner.expected(c, e).repeat(2) };
    }
    case 'filter': {
      const inner = body(random, depth);
      return { source: `{% filter lower|trim %}${inner.source}{% endfilter %}`, expected: (c, e) => inner.expected(c, e).toLowerCase().trim() };
    }
    case 'macro': {
      const inner = body(random, depth);
      return { source: `{% for q in [1] %}{% macro m(${name}) %}${inner.source}{% endmacro %}{{ m("<\x1b") }}{% endfor %}`, expected: (c, e) => inner.expected({ ...c, [name]: '<\x1b' }, e) };
    }
    case 'include':
      return { source: `{% include part with a=${name} %}`, expected: (c) => `[${write(c[name], true)}]` };
    default:
      return { source: `{{ ${name} }}`, expected: (context, escapes) => write(context[name], escapes) };
  }
}

function body(random: Random, depth: number): Piece {
  const pieces = Array.from({ length: random.below(4) }, () => piece(random, depth - 1));
  return { source: pieces.map(({ source }) => source).join(''), expected: (context, escapes) => pieces.map(({ expected }) => expected(context, escapes)).join('') };
}

/** What UTF-8 makes of a text: halves of pairs are replaced. */
const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

describe('random templates', () => {
  test('give what the reference gives, byte for byte', async () => {
    const random = new Random(20_241);
    for (let round = 0; round < 300; round++) {
      const pieces = Array.from({ length: 1 + random.below(5) }, () => piece(random, 3));
      const source = pieces.map((each) => each.source).join('');
      const engine = engineOf({ 'page.html': source, 'part.html': '[{{ a }}]' });
      for (let repeat = 0; repeat < 4; repeat++) {
        const context: Record<string, unknown> = { list: Array.from({ length: random.below(4) }, () => random.pick(VALUES)), part: 'part.html' };
        for (const name of NAMES) context[name] = random.pick(VALUES);
        const expected = utf8(pieces.map((each) => each.expected(context, true)).join(''));
        const page = engine.render('page.html', context) as TemplatePage;
        expect(page.toString(), source).toBe(expected);
        expect(String(page.strict?.() ?? page), source).toBe(expected);
        expect(Buffer.from(pageBytes(page)).toString(), source).toBe(expected);
        if (repeat === 0) expect(await inPieces(engine.stream('page.html', context)), source).toBe(expected);
      }
    }
  });
});

async function inPieces(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}
