/** Turns addresses in a text into links. */
import { display, escapeHtml } from '../escape.ts';
import { markSafe, SafeString } from '../safe-string.ts';

const ADDRESS =
  /(?:https?:\/\/|www\.)[^\s<>"'`]+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|edu|gov|int|mil|net|org)(?:\/[^\s<>"'`]*)?(?![\w.@-])/gi;
const PUNCTUATION = '.,:;!?';

/** Links with rel="nofollow"; their text is cut after `limit` characters. Everything between them is escaped when escaping is on. */
export function urlize(value: unknown, escapes: boolean, limit: number): SafeString {
  const isMarkup = value instanceof SafeString || !escapes;
  const encode = (text: string): string => (isMarkup ? text : escapeHtml(text));
  const text = display(value);
  let result = '';
  let done = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = trimmed(found[0]);
    const target = targetOf(isMarkup ? address.replaceAll('&amp;', '&') : address);
    result += encode(text.slice(done, found.index)) + link(target, encode(shortened(address, limit)));
    done = found.index + address.length;
  }
  return markSafe(result + encode(text.slice(done)));
}

/** The address without the sentence's punctuation and without brackets that it did not open. */
function trimmed(address: string): string {
  let unopened = address.split(')').length - address.split('(').length;
  let end = address.length;
  for (; end > 0; end--) {
    const last = address.charAt(end - 1);
    if (last === ')' && unopened > 0) unopened--;
    else if (!PUNCTUATION.includes(last)) break;
  }
  return address.slice(0, end);
}

function targetOf(address: string): string {
  if (/^https?:/i.test(address)) return address;
  return address.includes('@') && !address.includes('/') ? `mailto:${address}` : `https://${address}`;
}

function link(target: string, text: string): string {
  const rel = target.startsWith('mailto:') ? '' : ' rel="nofollow"';
  return `<a href="${escapeHtml(target)}"${rel}>${text}</a>`;
}

function shortened(address: string, limit: number): string {
  return address.length > limit ? `${address.slice(0, Math.max(0, limit - 1))}…` : address;
}
