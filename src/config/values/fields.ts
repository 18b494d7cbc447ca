/**
 * Methods and fields as people write them. Each parser gives undefined for what it does not understand; parseHeaders says which of its
 * fields is wrong.
 */

/** Those that the front answers or refuses itself, CONNECT and TRACE, are none of them. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];
/** A token (RFC 9110 5.6.2) of a length that nobody needs more of. */
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;

/** In capitals. */
export function parseMethod(input: unknown): string | undefined {
  return METHODS.find((method) => method === input);
}

/** A list of at least one method, each once. HEAD comes along with GET. */
export function parseMethods(input: unknown): string[] | undefined {
  if (!Array.isArray(input) || input.length === 0 || new Set(input).size !== input.length) return undefined;
  if (!input.every((name) => METHODS.includes(name as string))) return undefined;
  return input.includes('GET') && !input.includes('HEAD') ? [...(input as string[]), 'HEAD'] : (input as string[]);
}

/** A field name in lower case. */
export function parseFieldName(input: unknown): string | undefined {
  return typeof input === 'string' && FIELD_NAME.test(input) ? input.toLowerCase() : undefined;
}

/** RFC 9110 5.5: visible characters and spaces; anything else would break the response head. */
export function parseFieldValue(input: unknown): string | undefined {
  return typeof input === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(input) ? input : undefined;
}

/** The name of a protocol (RFC 9110 7.8), in lower case. HTTP/2 would pass every rule by. */
export function parseProtocol(input: unknown): string | undefined {
  const name = parseFieldName(input);
  return name === 'h2c' ? undefined : name;
}

/** Fields that a request must have: values as text, true for any. */
export function parseRequiredFields(input: unknown): { name: string; value: string }[] | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  const fields = Object.entries(input).map(([name, value]) => {
    const wanted = value === true ? '' : parseFieldValue(value);
    return FIELD_NAME.test(name) && wanted !== undefined ? { name: name.toLowerCase(), value: wanted } : undefined;
  });
  return fields.length > 0 && fields.every((field) => field !== undefined) ? fields : undefined;
}

/** Fields that the server decides for each answer; the text says what to do instead. */
const DECIDED: Record<string, string> = {
  'cache-control': 'Use maxAge, cacheControl or cache.',
  'content-type': 'It follows from the file\'s name. Remove it.',
  'x-content-type-options': '"nosniff" is always sent. Remove it.',
};
for (const name of [
  'accept-ranges', 'allow', 'connection', 'content-encoding', 'content-length', 'content-range', 'date', 'etag', 'keep-alive',
  'last-modified', 'location', 'proxy-connection', 'server', 'te', 'trailer', 'transfer-encoding', 'upgrade',
]) {
  DECIDED[name] = 'The server decides it for each answer. Remove it.';
}

/** Field lines ("Name: value\r\n") from an object of names and values, or what is wrong with one of them. */
export function parseHeaders(input: Readonly<Record<string, unknown>>): { lines: string } | { name: string; problem: string } {
  let lines = '';
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(input)) {
    const lower = name.toLowerCase();
    if (!FIELD_NAME.test(name)) return { name, problem: 'is not a field name. Use letters, digits and "-".' };
    const instead = Object.hasOwn(DECIDED, lower) ? DECIDED[lower] : undefined;
    if (instead !== undefined) return { name, problem: `cannot be set here. ${instead}` };
    if (seen.has(lower)) return { name, problem: 'is there twice. Write its values in one line.' };
    if (parseFieldValue(value) === undefined) return { name, problem: 'needs a text of visible ASCII characters. Write for example "SAMEORIGIN".' };
    seen.add(lower);
    lines += `${name}: ${String(value)}\r\n`;
  }
  return { lines };
}
