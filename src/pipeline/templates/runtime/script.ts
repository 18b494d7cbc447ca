/**
 * Values as JavaScript source. Pure.
 */

/** What ends a string, a script element or an attribute, or is a line end to old parsers. */
const UNSAFE = /[\\'"<>&=;`\-\u2028\u2029\x00-\x1f]/g;
const UNSAFE_IN_JSON = /[<>&'\u2028\u2029]/g;

/** JSON that may stand inside of <script> and of attributes in single quotes. "null" for what has no JSON form. */
export function scriptJson(value: unknown): string {
  const plain = value instanceof Map ? Object.fromEntries(value) : value instanceof Set ? [...value] : value;
  const json = JSON.stringify(plain, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part)) as string | undefined;
  return (json ?? 'null').replace(UNSAFE_IN_JSON, unicodeEscape);
}

/** Text for the inside of a JavaScript string in any quotes, as Django's escapejs gives it. */
export function scriptString(text: string): string {
  return text.replace(UNSAFE, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
