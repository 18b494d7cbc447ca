/** Sizes and times as people write them. undefined for what is neither; the caller words the message. */

const SIZE_UNITS: Record<string, number> = { '': 1, b: 1, kb: 1024, kib: 1024, mb: 1024 ** 2, mib: 1024 ** 2, gb: 1024 ** 3, gib: 1024 ** 3 };
const TIME_UNITS: Record<string, number> = { '': 1, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, y: 31_536_000_000 };

/** Bytes from 1048576, "1mb", "64 kb", "1.5gb"; units are powers of 1024. */
export function parseSize(value: unknown): number | undefined {
  return parseQuantity(value, SIZE_UNITS);
}

/** Milliseconds from 30000, "30s", "250ms", "5m", "1h", "365d", "1y". */
export function parseDuration(value: unknown): number | undefined {
  return parseQuantity(value, TIME_UNITS);
}

function parseQuantity(value: unknown, units: Record<string, number>): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^(\d{1,15}(?:\.\d{1,6})?)\s?([a-z]{0,3})$/i.exec(value.trim());
  const unit = match === null ? undefined : units[(match[2] ?? '').toLowerCase()];
  if (match === null || unit === undefined) return undefined;
  const result = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(result) ? result : undefined;
}
