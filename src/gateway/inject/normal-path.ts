/**
 * Paths as the front hands them on: percent-decoded once, without dot segments (RFC 3986 2.1, 5.2.4). The same rules as
 * native/http/grammar/path.h, for requests that never saw the front.
 */
import { percentDecodeBytes } from '../../http/content/form-decoding.ts';

const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})|%00/;

/** The decoded path; undefined for a broken escape, %00, or dot segments that climb above the root. */
export function normalizePath(raw: string): string | undefined {
  if (BROKEN_ESCAPE.test(raw)) return undefined;
  const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(percentDecodeBytes(Buffer.from(raw, 'utf8')));
  if (!decoded.includes('/.')) return decoded;
  const segments = decoded.split('/');
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '.') {
      if (isLast) kept.push('');
    } else if (segment === '..') {
      // kept[0] is the empty text in front of the first slash.
      if (kept.length <= 1) return undefined;
      kept.pop();
      if (isLast) kept.push('');
    } else {
      kept.push(segment);
    }
  }
  return kept.join('/');
}
