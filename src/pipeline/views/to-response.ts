/**
 * Turns what a view returned into a Response. Any thread.
 */
import { html, json } from '../../http/response/helpers.ts';
import { Response } from '../../http/response.ts';

/** Response: as it is; string: HTML; plain object or array: JSON. TypeError that begins with `source` for anything else. */
export function toResponse(value: unknown, source: string): Response {
  if (value instanceof Response) return value;
  if (typeof value === 'string') return html(value);
  if (isJsonLike(value)) return json(value);
  if (value === undefined || value === null) {
    throw new TypeError(`${source} returned nothing; return a Response, a string (HTML) or a plain object (JSON)`);
  }
  const hint = value instanceof globalThis.Response ? "; make it with html(), json() or Response from 'fastserve'" : '';
  throw new TypeError(`${source} returned ${describe(value)}; expected a Response, a string or a plain object${hint}`);
}

/** Plain data, or an object that says itself what its JSON is. Maps, buffers and class instances are mistakes. */
function isJsonLike(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) || typeof (value as { toJSON?: unknown }).toJSON === 'function') return !ArrayBuffer.isView(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function describe(value: unknown): string {
  if (typeof value === 'object') return `an instance of ${(value as object).constructor?.name ?? 'a class without name'}`;
  return typeof value === 'function' ? 'a function' : `the ${typeof value} ${String(value)}`;
}
