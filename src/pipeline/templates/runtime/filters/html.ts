/** Filters that make, take or encode markup. Those of ESCAPING are told as their second argument whether escaping is on. */
import { display, escapeHtml, escapeValue } from '../escape.ts';
import type { Filter } from '../library.ts';
import { markSafe, SafeString, ScriptText } from '../safe-string.ts';
import { scriptJson, scriptString } from '../script.ts';
import { join } from './lists.ts';
import { truncateHtml } from './truncate-html.ts';
import { urlize } from './urlize.ts';

/** Tags that taking out others leaves behind are taken out so often. */
const MAX_STRIPPED_LAYERS = 50;

/** Text of a value: escaped when escaping is on and it is not safe already. */
function prepared(value: unknown, escapes: boolean): string {
  return escapes ? escapeValue(value) : display(value);
}

/** Paragraphs at empty lines, <br> at others. */
function linebreaks(value: unknown, escapes: boolean): SafeString {
  const paragraphs = prepared(value, escapes)
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/);
  return markSafe(paragraphs.map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>')}</p>`).join('\n\n'));
}

function linenumbers(value: unknown, escapes: boolean): SafeString {
  const lines = display(value).split('\n');
  const width = String(lines.length).length;
  const text = lines.map(
    (line, index) => `${String(index + 1).padStart(width, '0')}. ${prepared(value instanceof SafeString ? markSafe(line) : line, escapes)}`,
  );
  return markSafe(text.join('\n'));
}

/** A nested list as <li>s: ['a', ['b', 'c']] puts b and c below a. */
function unorderedList(value: unknown, escapes: boolean): SafeString {
  const level = (items: readonly unknown[], depth: number): string => {
    const indent = '\t'.repeat(depth);
    return items
      .map((entry, index) => {
        if (Array.isArray(entry)) return '';
        const below: unknown = items[index + 1];
        const sublist = Array.isArray(below) ? `\n${indent}<ul>\n${level(below, depth + 1)}\n${indent}</ul>\n${indent}` : '';
        return `${indent}<li>${prepared(entry, escapes)}${sublist}</li>`;
      })
      .filter((line) => line !== '')
      .join('\n');
  };
  return markSafe(level(Array.isArray(value) ? value : [], 1));
}

/** Takes tags out. What is left is text, not markup: it is escaped where it is shown. */
function stripTags(value: unknown): string {
  let text = display(value);
  let before = '';
  for (let pass = 0; before !== text && pass < MAX_STRIPPED_LAYERS; pass++) {
    before = text;
    text = text.replace(/<!--[^]*?(?:-->|$)|<\/?[a-z!?][^<>]*>/gi, '');
  }
  return text;
}

function jsonScript(value: unknown, id?: unknown): SafeString {
  const attribute = id === undefined ? '' : ` id="${escapeHtml(display(id))}"`;
  return markSafe(`<script${attribute} type="application/json">${scriptJson(value)}</script>`);
}

/** Percent-encoding; `safe` names the characters that stay, "/" if not given. */
function urlencode(value: unknown, safe: unknown = '/'): string {
  if (typeof value === 'object' && value !== null && !(value instanceof SafeString))
    return new URLSearchParams(Object.entries(value).map(([key, part]): [string, string] => [key, display(part)])).toString();
  const kept = display(safe);
  const encode = (character: string): string => (kept.includes(character) ? character : encodeURIComponent(character));
  return [...wellFormed(display(value))]
    .map(encode)
    .join('')
    .replace(/[!'()*]/g, (character) => (kept.includes(character) ? character : `%${character.charCodeAt(0).toString(16).toUpperCase()}`));
}

/** Halves of surrogate pairs have no UTF-8: U+FFFD takes their place. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** Attributes of a tag from an object; names that are none are left out. */
function xmlAttributes(value: unknown): SafeString {
  const pairs = value instanceof Map ? [...(value as Map<unknown, unknown>)] : Object.entries((value ?? {}) as object);
  const shown = pairs.filter(([name, part]) => part !== null && part !== undefined && /^[a-z_:][\w:.-]*$/i.test(display(name)));
  return markSafe(shown.map(([name, part]) => ` ${display(name)}="${escapeHtml(display(part))}"`).join(''));
}

const escape: Filter = (value) => (value instanceof SafeString ? value : markSafe(escapeHtml(display(value))));
const forceEscape: Filter = (value) => markSafe(escapeHtml(display(value)));
const lineBreaksToBr = (value: unknown, escapes: boolean): SafeString => markSafe(prepared(value, escapes).replace(/\r\n|\r|\n/g, '<br>'));
const toJson: Filter = (value) => new ScriptText(scriptJson(value), 'expression');

export const HTML_FILTERS: Readonly<Record<string, Filter>> = {
  dump: toJson,
  e: escape,
  escape,
  escapejs: (value) => new ScriptText(scriptString(display(value)), 'string'),
  escapeseq: (value) => [...((value ?? []) as Iterable<unknown>)].map((item) => escape(item)),
  force_escape: forceEscape,
  forceescape: forceEscape,
  iriencode: (value) =>
    encodeURI(wellFormed(display(value)))
      .replace(/%25([0-9a-f]{2})/gi, '%$1')
      .replace(/%5B/gi, '[')
      .replace(/%5D/gi, ']'),
  json_script: jsonScript,
  safe: (value) => markSafe(display(value)),
  safeseq: (value) => [...((value ?? []) as Iterable<unknown>)].map((item) => markSafe(display(item))),
  striptags: stripTags,
  tojson: toJson,
  truncatechars_html: (value, count) => truncateHtml(value, count, 'characters'),
  truncatewords_html: (value, count) => truncateHtml(value, count, 'words'),
  urlencode,
  xmlattr: xmlAttributes,
};

/** With (value, escapes, ...). */
export const ESCAPING_FILTERS: Readonly<Record<string, (value: unknown, escapes: boolean, ...args: unknown[]) => unknown>> = {
  join,
  linebreaks,
  linebreaksbr: lineBreaksToBr,
  nl2br: lineBreaksToBr,
  linenumbers,
  unordered_list: unorderedList,
  urlize: (value, escapes) => urlize(value, escapes, Infinity),
  urlizetrunc: (value, escapes, length) => urlize(value, escapes, Number(length)),
};
