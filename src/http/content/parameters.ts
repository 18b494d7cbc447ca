/**
 * Parameters behind a field value: ; name=value; name="quoted value" (RFC 9110 5.6.6). Any thread.
 */
const BLANKS = /[ \t]*/y;
const NAME = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=/y;
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const QUOTED = /"((?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[^\x00-\x08\x0a-\x1f\x7f])*)"/y;

/**
 * Parameters by lower-case name, from `at` to the end of the text. undefined for broken syntax and for a name that is given
 * twice: whoever else reads the message may have taken the other one. In quoted values only \" and \\ lose their backslash:
 * browsers send the backslashes of file names bare. Linear in the length of the text.
 */
export function parseParameters(text: string, at: number): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  let position = skip(BLANKS, text, at);
  while (position < text.length) {
    if (text[position] !== ';') return undefined;
    position = skip(BLANKS, text, position + 1);
    if (position === text.length || text[position] === ';') continue;
    const name = matchAt(NAME, text, position)?.[1]?.toLowerCase();
    if (name === undefined || parameters.has(name)) return undefined;
    position += name.length + 1;
    const quoted = matchAt(QUOTED, text, position);
    const value = quoted ?? matchAt(TOKEN, text, position);
    if (value === null) return undefined;
    parameters.set(name, quoted === null ? value[0] : (quoted[1] as string).replace(/\\(["\\])/g, '$1'));
    position = skip(BLANKS, text, position + value[0].length);
  }
  return parameters;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function skip(pattern: RegExp, text: string, at: number): number {
  return at + (matchAt(pattern, text, at)?.[0].length ?? 0);
}
