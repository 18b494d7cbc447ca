/**
 * Django's path() language: literal text with "<converter:name>" parameters ("<name>" means str). Parsed when the URLconf
 * is loaded. native/route/pattern.cc parses the same language.
 */
import { CONVERTERS, type Converter, isConverterName } from './converters.ts';
import { UrlconfError } from './urlconf-error.ts';

export interface Parameter {
  readonly name: string;
  readonly converter: Converter;
}

/** Literal text or a parameter. */
export type Segment = string | Parameter;

/** As many as a native match can carry (kMaxParams in native/route/table.h). */
const MAX_PARAMETERS = 16;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Parses a pattern. UrlconfError for one that breaks the language or repeats a name. */
export function parsePattern(pattern: string): Segment[] {
  if (pattern.startsWith('/')) {
    fail(pattern, 'begins with "/", which every path has already; remove it (and end the include() before it with "/")');
  }
  if (/[?#]/.test(pattern)) fail(pattern, 'holds "?" or "#", which no path has; read the query from request.query');
  const segments: Segment[] = [];
  for (let at = 0; at < pattern.length; ) {
    const open = pattern.indexOf('<', at);
    const literal = pattern.slice(at, open === -1 ? undefined : open);
    if (literal.includes('>')) fail(pattern, 'has a ">" without its "<"; write parameters as <converter:name>');
    if (literal !== '') segments.push(literal);
    if (open === -1) break;
    const close = pattern.slice(open + 1).search(/[<>]/) + open + 1;
    if (pattern[close] !== '>') fail(pattern, 'has a "<" without its ">"; write parameters as <converter:name>');
    segments.push(parseParameter(pattern, pattern.slice(open + 1, close)));
    at = close + 1;
  }
  checkParameters(pattern, parametersOf(segments));
  return segments;
}

/** The parameters among segments, in order. */
export function parametersOf(segments: readonly Segment[]): Parameter[] {
  return segments.filter((segment) => typeof segment !== 'string');
}

/** UrlconfError when two parameters share a name or there are too many. `pattern` is for the message. */
export function checkParameters(pattern: string, parameters: readonly { name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of parameters) {
    if (seen.has(name)) fail(pattern, `uses the parameter name '${name}' twice (includes count); rename one of them`);
    seen.add(name);
  }
  if (seen.size > MAX_PARAMETERS) {
    fail(pattern, `has more than ${MAX_PARAMETERS} parameters; take fewer, or one <path:rest> that the view splits`);
  }
}

function parseParameter(pattern: string, inside: string): Parameter {
  if (/\s/.test(inside)) fail(pattern, `has white space inside "<${inside}>"; remove it`);
  const colon = inside.indexOf(':');
  const converter = colon === -1 ? 'str' : inside.slice(0, colon);
  const name = inside.slice(colon + 1);
  if (!isConverterName(converter)) {
    fail(pattern, `names the unknown converter '${converter}'; expected int, str, slug, uuid or path (or use rePath())`);
  }
  if (!NAME.test(name) || name === '__proto__') {
    fail(pattern, `has the parameter name '${name}'; expected a letter or "_", then letters, digits or "_"`);
  }
  return { name, converter: CONVERTERS[converter] };
}

function fail(pattern: string, what: string): never {
  throw new UrlconfError(`the pattern ${JSON.stringify(pattern)} ${what}`);
}
