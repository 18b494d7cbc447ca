/**
 * Escaping for HTML, byte for byte what native code does: & < > " ' become &amp; &lt; &gt; &quot; &#39;. Pure.
 */
import { SafeString } from './safe-string.ts';

const SPECIAL = /[&<>"']/;
const ALL_SPECIAL = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The text, fit for element content and for attribute values in quotes. */
export function escapeHtml(text: string): string {
  return SPECIAL.test(text) ? text.replace(ALL_SPECIAL, (character) => ENTITIES[character] as string) : text;
}

/** The same for any value; a SafeString stays as it is. */
export function escapeValue(value: unknown): string {
  return value instanceof SafeString ? value.toString() : escapeHtml(display(value));
}

/** The text of a value as templates show it: nothing for undefined and null, otherwise what String() gives. */
export function display(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null || typeof value === 'function') return '';
  if (typeof value === 'object' && Object.getPrototypeOf(value) === null) return '[object Object]';
  return String(value);
}
