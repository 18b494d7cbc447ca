/** Rates and names of limits as people write them. Each parser gives undefined for what it does not understand. */

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

/** A key of structured fields (RFC 9651 3.1.2). */
export function parseRuleName(input: unknown): string | undefined {
  return typeof input === 'string' && /^[a-z*][a-z0-9_*.-]{0,63}$/.test(input) ? input : undefined;
}
