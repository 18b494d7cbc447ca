/** How fast an answer is sent, as the front understands it. Any thread. */
import { parseSize } from '../../quantities.ts';

/** Bytes in a second, as a number or a text such as "100kb"; 0: as fast as it goes. */
export type LimitRate = number | string | {
  rate: number | string;
  /** The first bytes that go as fast as they can, as a number or a text such as "1mb". Default: what the configuration says, or none. */
  after?: number | string;
};

/** nginx's field for it, which the front takes out. */
export const LIMIT_RATE_FIELD = 'x-accel-limit-rate';

/** 1 TiB, as the front takes it. */
const MOST_BYTES = 2 ** 40;

/** The value of the field. TypeError for what is no size. */
export function formatLimitRate(limit: LimitRate): string {
  if (typeof limit !== 'object') return String(bytesOf(limit));
  const rate = String(bytesOf(limit.rate));
  return limit.after === undefined ? rate : `${rate};after=${bytesOf(limit.after)}`;
}

function bytesOf(given: number | string): number {
  const bytes = parseSize(given);
  if (bytes !== undefined && bytes <= MOST_BYTES) return bytes;
  throw new TypeError(`limitRate: got ${JSON.stringify(given)}, expected bytes from 0 to 1024gb, as a number or a text such as "100kb"`);
}
