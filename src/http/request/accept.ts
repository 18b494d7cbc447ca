/**
 * What a client wants to have: Accept (RFC 9110 12.5.1). Bytes from the client: what cannot be read is passed over. Any thread.
 */
import { parseMediaType } from '../content/media-type.ts';

interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  /** 0 to 1; 0: not acceptable. */
  readonly quality: number;
}

/** The ranges of an Accept field; everything without one. */
export function parseAccept(field: string | undefined): readonly MediaRange[] {
  if (field === undefined) return [{ type: '*', subtype: '*', quality: 1 }];
  const ranges: MediaRange[] = [];
  for (const text of field.split(',')) {
    const parsed = parseMediaType(text);
    if (parsed === undefined) continue;
    const { q, ...others } = Object.fromEntries(parsed.parameters);
    // A range of one variant ("text/html;level=1") says nothing of the type as such.
    if (Object.keys(others).length > 0 || !/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q ?? '1')) continue;
    const [type, subtype] = parsed.name.split('/') as [string, string];
    ranges.push({ type, subtype, quality: Number(q ?? 1) });
  }
  return ranges;
}

/** How much a type ("text/html") is wanted, 0 to 1: the most specific range that covers it decides. */
export function qualityOf(ranges: readonly MediaRange[], mediaType: string): number {
  const [type, subtype] = mediaType.toLowerCase().split('/');
  let [best, quality] = [-1, 0];
  for (const range of ranges) {
    const precision = precisionFor(range, type, subtype);
    if (precision > best) [best, quality] = [precision, range.quality];
  }
  return quality;
}

/** 2: the type itself, 1: all of its kind, 0: everything, -1: the range does not cover it. */
function precisionFor(range: MediaRange, type: string | undefined, subtype: string | undefined): number {
  if (range.type === type && range.subtype === subtype) return 2;
  if (range.subtype !== '*') return -1;
  if (range.type === type) return 1;
  return range.type === '*' ? 0 : -1;
}
