/** Strings of .po files: in double quotes, with the escapes of C. Pure. */

const QUOTED = /^"((?:[^"\\]|\\[^])*)"\s*$/;
const ESCAPE = /\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|[^])/g;
const NAMED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', '"': '"', "'": "'", '?': '?' };
const ESCAPED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\\': '\\\\', '"': '\\"' };

/** The text of a string in quotes; a sentence about what is wrong, as an object, when it is none. */
export function unquote(quoted: string): string | { readonly problem: string } {
  const found = QUOTED.exec(quoted);
  if (found === null) return { problem: quoted.startsWith('"') ? 'this string is never closed; expected "\\"" at the end of the line' : 'expected a string in double quotes' };
  let unknown: string | undefined;
  const text = (found[1] as string).replace(ESCAPE, (whole, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    unknown ??= Object.hasOwn(NAMED, code) ? undefined : whole;
    return NAMED[code] ?? '';
  });
  return unknown === undefined ? text : { problem: `there is no escape "${unknown}"; expected one of C's, such as \\n or \\"` };
}

/** A text as a string in quotes. */
export function quote(text: string): string {
  return `"${text.replace(/[\n\t\r\\"]/g, (character) => ESCAPED[character] as string)}"`;
}
