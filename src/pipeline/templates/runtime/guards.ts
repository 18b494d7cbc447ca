/**
 * Values where HTML escaping is not enough: URLs, scripts, styles, and names of tags and attributes. What cannot be made safe is
 * an error in development and a harmless word in production.
 *
 * Which guard a value passes is decided when the template is compiled (compiler/html-context.ts).
 */
import { escapeHtml } from './escape.ts';
import { SafeString, ScriptText } from './safe-string.ts';
import { scriptJson, scriptString } from './script.ts';
import type { RenderState } from './state.ts';
import { Fault } from './faults.ts';
import { textOf } from './values.ts';

const SAFE_SCHEMES = new Set(['http', 'https', 'mailto', 'tel', 'sms', 'ftp', 'ftps', 'geo', 'cid', 'news', 'irc', 'xmpp']);
const IMAGE_DATA = /^data:image\/(?:png|gif|jpe?g|webp|avif|bmp|x-icon)[;,]/i;
const SLASH = 0x2f;
const BLOCKED_URL = 'about:invalid#blocked';
const BLOCKED = 'blocked';
const ACTIVE_ELEMENTS = new Set([
  'script',
  'style',
  'iframe',
  'object',
  'embed',
  'base',
  'link',
  'meta',
  'frame',
  'frameset',
  'svg',
  'math',
  'template',
  'noscript',
  'textarea',
  'title',
  'xmp',
  'plaintext',
  'noembed',
  'noframes',
  'portal',
]);
const ACTIVE_ATTRIBUTE =
  /^(?:on.*|style|src(?:set|doc)?|(?:xlink:)?href|(?:form)?action|data|ping|poster|background|cite|codebase|manifest|is|http-equiv|content|xmlns.*|target|sandbox)$/i;

function blocked(state: RenderState, why: string, instead: string): string {
  if (state.services.debug) throw new Fault(`${why}; if it is meant to be there, write it with |safe`);
  return instead;
}

/**
 * A value where a URL begins, or behind `prefix` that does not decide what it is. The scheme must be one that runs no code. A
 * scheme that is spread over several values is refused as a whole, because every part with a colon is looked at.
 */
export function guardUrl(state: RenderState, value: unknown, prefix: string, mayBeImage: boolean): unknown {
  // Nearly all URLs of a site: a path says at its first character that no scheme follows.
  if (typeof value === 'string' && prefix === '' && value.charCodeAt(0) === SLASH) return value;
  const text = textOf(state, value);
  const url = (prefix + text).replace(/^[\x00-\x20]+|[\t\n\r]/g, '');
  const scheme = /^[^/?#]*?:/.exec(url)?.[0].slice(0, -1).toLowerCase();
  const isFine = scheme === undefined ? !(value instanceof SafeString && /^[^/?#]*&/.test(url)) : SAFE_SCHEMES.has(scheme);
  if (isFine || (mayBeImage && IMAGE_DATA.test(url))) return guardAttribute(state, value);
  return blocked(state, `a URL with the scheme "${(scheme ?? url).slice(0, 40)}:" may run code`, BLOCKED_URL);
}

/** A value that is the scheme itself: {{ scheme }}://host/. */
export function guardScheme(state: RenderState, value: unknown): unknown {
  const text = textOf(state, value);
  return SAFE_SCHEMES.has(text.toLowerCase()) ? text : blocked(state, `the scheme "${text.slice(0, 40)}" may run code`, 'about');
}

/** A value of a script, where an expression stands: as JSON. */
export function guardScript(_state: RenderState, value: unknown): string {
  if (value instanceof ScriptText) return value.form === 'expression' ? value.toString() : `"${value.toString()}"`;
  return scriptJson(value instanceof SafeString ? value.toString() : value);
}

/** A value inside of a quoted string of a script. */
export function guardScriptString(state: RenderState, value: unknown): string {
  const isEncoded = value instanceof ScriptText && value.form === 'string';
  return isEncoded ? value.toString() : scriptString(textOf(state, value));
}

/** A value inside of a style: words, numbers and plain colours. */
export function guardStyle(state: RenderState, value: unknown): unknown {
  const text = textOf(state, value);
  const isFine = /^[-\w .,#%]*$/.test(text) && !text.includes('--');
  return isFine ? text : blocked(state, `${JSON.stringify(text.slice(0, 40))} in a style may do more than set a value`, BLOCKED);
}

/** A value where a tag's name stands; behind a part that is written out only digits may follow: <h{{ level }}>. */
export function guardTagName(state: RenderState, value: unknown, prefix: string): unknown {
  const text = textOf(state, value);
  const isFine =
    prefix === '' || prefix === '/' ? /^[a-z][a-z0-9-]*$/i.test(text) && !ACTIVE_ELEMENTS.has(text.toLowerCase()) : /^[0-9]+$/.test(text);
  return isFine ? text : blocked(state, `${JSON.stringify(text.slice(0, 40))} may not be the name of an element`, BLOCKED);
}

/** A value where an attribute stands: a bare name such as "checked", which does nothing by itself. */
export function guardAttributeName(state: RenderState, value: unknown): unknown {
  const text = textOf(state, value).trim();
  const isFine = text === '' || (/^[a-z][a-z0-9-]*$/i.test(text) && !ACTIVE_ATTRIBUTE.test(text));
  return isFine ? text : blocked(state, `${JSON.stringify(text.slice(0, 40))} may not be an attribute here`, BLOCKED);
}

/** Markup for srcdoc: escaped once for the document inside, once more (by the page) for the attribute. */
export function guardSourceDocument(state: RenderState, value: unknown): string {
  return value instanceof SafeString ? value.toString() : escapeHtml(textOf(state, value));
}

/** A value in quotes: markup that came from elsewhere may hold quotes of its own, so they are encoded. */
export function guardAttribute(_state: RenderState, value: unknown): unknown {
  return typeof value === 'object' && value instanceof SafeString ? new SafeString(value.toString().replace(/["'<>]/g, escapeHtml)) : value;
}
