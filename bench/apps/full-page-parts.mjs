/**
 * What the servers of the full-page workload have in common: data, and for those that bring no middleware of their own the two
 * halves around the view as plain functions.
 */
import { hash } from 'node:crypto';
import { pageContext } from './content.mjs';
import { firstLanguage, sessionOf } from './middlewares.mjs';

/** Sessions of this process, by id. The browser of the bench has one of them. */
export const SESSIONS = new Map(Array.from({ length: 1000 }, (_, i) => [`session-${i}`, { name: `Visitor ${i}` }]));
export const VISITOR = { name: 'nobody' };
SESSIONS.set('7f9c24e5b0d1443e9a', { name: 'Ada "the first" O\'Neil' });

export const { navigation: NAVIGATION } = pageContext();

/** What the view gives: made anew for each request. */
export function catalogue() {
  const { title, rows } = pageContext();
  return { title, rows };
}

let requests = 0;

/** The three request middlewares. @param {(name: string) => string | undefined} field */
export function requestHalf(field) {
  return {
    id: (++requests).toString(36),
    visitor: SESSIONS.get(sessionOf(field('cookie'))) ?? VISITOR,
    locale: firstLanguage(field('accept-language')),
  };
}

/** The view's context with the context processor's. */
export function fullContext({ visitor }) {
  return { ...catalogue(), navigation: NAVIGATION, user: visitor };
}

export const SECURITY_FIELDS = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'same-origin'],
  ['cross-origin-opener-policy', 'same-origin'],
];

/** Of the second response middleware, where the framework has none. */
export function weakTag(html) {
  return `W/"${hash('sha1', html, 'base64url')}"`;
}
