/**
 * What every server answers, so that all answer the same bytes. Plain data and pure functions: each server builds its
 * responses from these in its own idiom.
 */
export const HELLO = 'Hello, World!';
export const TEXT = 'text/plain; charset=utf-8';
export const JSON_TYPE = 'application/json; charset=utf-8';
export const HTML = 'text/html; charset=utf-8';
export const BYTES = 'application/octet-stream';

/** 256 KiB that no compressor or page-sharing kernel could shrink to nothing. */
export const BODY_256K = pattern(256 * 1024);
export const FILE_1K = pattern(1024);
export const FILE_64K = pattern(64 * 1024);
export const FILE_10M = pattern(10 * 1024 * 1024);

function pattern(bytes) {
  const body = Buffer.alloc(bytes);
  let state = 0x2545f491;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    body[i] = state >>> 24;
  }
  return body;
}

/** The document of the json-middlewares workload. */
export function profile(locale, session) {
  return { message: HELLO, locale, session, items: [1, 2, 3], next: null };
}

const WORDS = ['copper', 'harbour', 'lantern', 'meadow', 'orchard', 'pebble', 'quarry', 'ribbon', 'saddle', 'timber'];

/** The context of the rendered page: made anew for each request, as a view does. Holds text that must be escaped. */
export function pageContext() {
  const rows = [];
  for (let i = 0; i < 20; i++) {
    const word = WORDS[i % WORDS.length];
    rows.push({ id: i + 1, name: `${word} & ${WORDS[(i + 3) % WORDS.length]}`, price: (i * 7 + 3) / 2, stock: i % 4, tags: [word, 'new'] });
  }
  return { title: 'Catalogue <of> things', user: { name: 'Ada "the first" O\'Neil' }, navigation: NAVIGATION, rows };
}

const NAVIGATION = [
  { href: '/', label: 'Home' },
  { href: '/catalogue', label: 'Catalogue' },
  { href: '/orders', label: 'Orders' },
  { href: '/help', label: 'Help & contact' },
];
