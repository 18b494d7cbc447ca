/** Shortens markup without breaking it: tags do not count, and what is open at the end is closed. */
import { display } from '../escape.ts';
import { numberOf } from '../operators.ts';
import { markSafe, SafeString } from '../safe-string.ts';

type Unit = 'characters' | 'words';

const TAG = '<!--[^]*?(?:-->|$)|<(\\/?)([a-z][\\w-]*)[^<>]*?(\\/?)>';
/** Tags, and what is counted. */
const PIECES: Readonly<Record<Unit, RegExp>> = {
  characters: new RegExp(`${TAG}|&(?:#\\d+|#x[\\da-f]+|\\w+);|[^]`, 'giu'),
  words: new RegExp(`${TAG}|[^<\\s]+|<`, 'giu'),
};
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);

/** As safe as the value was: text that is not marked safe stays text. */
export function truncateHtml(value: unknown, count: unknown, unit: Unit): SafeString | string {
  const shortened = shorten(display(value), numberOf(count), unit);
  return value instanceof SafeString ? markSafe(shortened) : shortened;
}

/** Cut behind the last that is kept, when more than `limit` are there. The ellipsis is one of the characters, and none of the words. */
function shorten(html: string, limit: number, unit: Unit): string {
  if (unit === 'words' && limit <= 0) return '';
  const kept = unit === 'words' ? limit : limit - 1;
  const open: string[] = [];
  let count = 0;
  let end = 0;
  for (const found of html.matchAll(PIECES[unit])) {
    const [piece, slash, tag, selfClosing] = found;
    if (piece.startsWith('<!--')) continue;
    if (tag !== undefined) {
      if (count < kept) follow(open, tag.toLowerCase(), slash === '/', selfClosing === '/');
      continue;
    }
    count++;
    if (count === kept) end = found.index + piece.length;
    if (count > limit) return `${html.slice(0, end)}${unit === 'words' ? ' …' : '…'}${open.toReversed().map((name) => `</${name}>`).join('')}`;
  }
  return html;
}

/** Keeps the list of open elements. */
function follow(open: string[], name: string, isEnd: boolean, isClosed: boolean): void {
  const last = isEnd ? open.lastIndexOf(name) : -1;
  if (last !== -1) open.splice(last, 1);
  else if (!isEnd && !isClosed && !VOID.has(name)) open.push(name);
}
