/** What every template gets without its view asking for it. */
import { type ContextProcessor, provides } from 'fastserve';
import { regions } from './data.ts';
import { visitorOf } from './visitor.ts';

const links = regions.map(({ slug, name, countries }) => ({ slug, name, count: countries.length }));

/** The site's navigation: its regions, and where in it the page is. */
export const navigation: ContextProcessor = (request) => ({
  navigation: links,
  path: request.path,
  section: request.path.split('/')[1] ?? '',
  year: new Date().getUTCFullYear(),
});

/** `user`: whoever is logged in, null for visitors. Asked for only by templates that say so. */
export const visitor = provides(['user'], async (request) => ({ user: await visitorOf(request) }));
