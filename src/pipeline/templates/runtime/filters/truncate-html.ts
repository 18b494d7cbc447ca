/** Shortens markup without breaking it: tags do not count, and what is open at the end is closed. */
import { display } from '../escape.ts';
import { numberOf } from '../operators.ts';
import { markSafe, SafeString } from '../safe-string.ts';

const PIECE = /<!--[^]*?(?:-->|$)|<(\/?)([a-z][\w-]*)[^<>]*?(\/?)>|&(?:#\d+|#x[\da-f]+|\w+);|[^<&]+|[<&]/gi;
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);

/** As safe as the value was: text that is not marked safe stays text. */
export function truncateHtml(value: unknown, count: unknown, unit: 'characters' | 'words'): SafeString | string {
  const shortened = shorten(display(value), numberOf(count), unit);
  return value instanceof SafeString ? markSafe(shortened) : shortened;
}

function shorten(html: string, limit: number, unit: 'characters' | 'words'): string {
  const open: string[] = [];
  let result = '';
  let left = limit;
  for (const [piece, slash, tag, selfClosing] of html.matchAll(PIECE)) {
    if (tag !== undefined) {
      const name = tag.toLowerCase();
      if (slash === '/') open.splice(Math.max(open.lastIndexOf(name), 0), open.includes(name) ? 1 : 0);
      else if (selfClosing !== '/' && !VOID.has(name)) open.push(name);
      result += piece;
    } else if (piece.startsWith('<!--')) result += piece;
    else {
      const taken = unit === 'words' ? takeWords(piece, left) : takeCharacters(piece, left);
      result += taken.text;
      left -= taken.count;
      if (taken.text.length < piece.length)
        return `${result.trimEnd()}${unit === 'words' ? ' ' : ''}…${open
          .toReversed()
          .map((name) => `</${name}>`)
          .join('')}`;
    }
  }
  return result;
}

function takeCharacters(piece: string, limit: number): { text: string; count: number } {
  if (piece.startsWith('&') && piece.length > 1) return limit > 0 ? { text: piece, count: 1 } : { text: '', count: 0 };
  const characters = [...piece];
  if (characters.length <= limit) return { text: piece, count: characters.length };
  return { text: characters.slice(0, Math.max(0, limit - 1)).join(''), count: limit };
}

function takeWords(piece: string, limit: number): { text: string; count: number } {
  let count = 0;
  let end = 0;
  for (const found of piece.matchAll(/\S+/g)) {
    if (count === limit) return { text: piece.slice(0, end), count };
    count++;
    end = found.index + found[0].length;
  }
  return { text: piece, count };
}
