/**
 * Names of uploaded files, which the client chooses. Any thread.
 */

/** What file systems take, in bytes. */
const MAX_BYTES = 255;

/**
 * The last part of a name with slashes or backslashes, without control and formatting characters, without blanks and dots at
 * its ends that file systems drop, and shortened to 255 bytes of UTF-8 with its extension kept. "unnamed" when nothing is left.
 * Still the client's choice: good to show and to store, not to be trusted about the content.
 */
export function safeFileName(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const visible = base.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '');
  const trimmed = withoutTrailing(visible.trimStart());
  return trimmed === '' ? 'unnamed' : shortened(trimmed);
}

/** Not a regular expression: one would try each of a thousand dots as the first of the last ones. */
function withoutTrailing(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '.' || text[end - 1]?.trim() === '')) end--;
  return text.slice(0, end);
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const extension = /\.[0-9A-Za-z]{1,16}$/.exec(name)?.[0] ?? '';
  const room = MAX_BYTES - extension.length;
  // What is cut in the middle of a character ends in U+FFFD.
  return Buffer.from(name).subarray(0, room).toString('utf8').replace(/\ufffd+$/, '') + extension;
}
