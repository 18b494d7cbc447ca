/** The atlas: an application of every part of the pipeline, put together. Read urls.ts next. */
import { csrf, csrfContext, defineApp, messages, messagesContext, requestId, securityHeaders, sessions, templates } from 'fastserve';
import { navigation, visitor } from './context.ts';
import { findCountry } from './data.ts';
import { agoFilter, starsFilter } from './format.ts';
import { security, timing } from './middleware.ts';
import { databaseStore, sweepSessions } from './models/sessions.ts';
import { secretKey } from './settings.ts';
import { urls } from './urls.ts';
import { notFound, refused, serverError } from './views/errors.ts';

export default defineApp({
  secretKey: secretKey(),
  middleware: [
    timing,
    requestId(),
    securityHeaders(security),
    sessions({ store: databaseStore }),
    csrf(),
    messages(),
  ],
  urls,
  templates: templates({
    directory: new URL('./templates/', import.meta.url),
    filters: { stars: starsFilter, ago: agoFilter, country_name: (slug: string) => findCountry(slug)?.name ?? slug },
  }),
  contextProcessors: [navigation, visitor, csrfContext, messagesContext],
  errorHandlers: { 400: refused, 403: refused, 404: notFound, 413: refused, 429: refused, 500: serverError },
  onStart: sweepSessions,
});
