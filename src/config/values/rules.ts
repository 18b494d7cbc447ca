/** Values of rate limits and access rules that people write in more than one way; as in addresses.ts undefined is "not understood". */
import { parseFieldValue } from './static.ts';

/** Those that the front answers or refuses itself, CONNECT and TRACE, are none of them. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];

const NANOSECONDS: Record<string, number> = { s: 1e9, m: 60e9, h: 3600e9, d: 86_400e9 };
const MOST_IN_A_UNIT = 1_000_000;

/** "10/s", "300/m", "5/h", "1000/d". `intervalNs`: between two requests at an even rate. */
export function parseRate(input: unknown): { count: number; intervalNs: number } | undefined {
  const match = typeof input === 'string' ? /^([1-9]\d{0,6})\/([smhd])$/.exec(input) : null;
  const count = Number(match?.[1]);
  const unit = NANOSECONDS[match?.[2] ?? ''];
  if (unit === undefined || count > MOST_IN_A_UNIT) return undefined;
  return { count, intervalNs: Math.round(unit / count) };
}

/** A list of at least one method, each once. HEAD comes along with GET. */
export function parseMethods(input: unknown): string[] | undefined {
  if (!Array.isArray(input) || input.length === 0 || new Set(input).size !== input.length) return undefined;
  if (!input.every((name) => METHODS.includes(name as string))) return undefined;
  return input.includes('GET') && !input.includes('HEAD') ? [...(input as string[]), 'HEAD'] : (input as string[]);
}

/** A key of structured fields (RFC 9651 3.1.2). */
export function parseRuleName(input: unknown): string | undefined {
  return typeof input === 'string' && /^[a-z*][a-z0-9_*.-]{0,63}$/.test(input) ? input : undefined;
}

const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;

/** Fields that a request must have: values as text, true for any. */
export function parseRequiredFields(input: unknown): { name: string; value: string }[] | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  const fields = Object.entries(input).map(([name, value]) => {
    const wanted = value === true ? '' : parseFieldValue(value);
    return FIELD_NAME.test(name) && wanted !== undefined ? { name: name.toLowerCase(), value: wanted } : undefined;
  });
  return fields.length > 0 && fields.every((field) => field !== undefined) ? fields : undefined;
}
