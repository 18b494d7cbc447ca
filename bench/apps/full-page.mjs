/**
 * A page as a site serves it: three request middlewares, a session, a view, a context processor, an inherited template, two
 * response middlewares, a URLconf. fastserve's pipeline, with the middlewares that it ships where there is one.
 */
import { conditionalGet, defineApp, path, provides, render, requestId, securityHeaders, templates } from '../../dist/index.js';
import { NAVIGATION, SESSIONS, VISITOR, catalogue } from './full-page-parts.mjs';
import { firstLanguage } from './middlewares.mjs';

/** Request half: who asks, by the session's cookie. */
function session(request, next) {
  request.state.visitor = SESSIONS.get(request.cookie('session') ?? '') ?? VISITOR;
  return next();
}

/** Request half: the language that the client likes best. */
function locale(request, next) {
  request.state.locale = firstLanguage(request.headers.get('accept-language'));
  return next();
}

const site = provides(['navigation', 'user'], (request) => ({ navigation: NAVIGATION, user: request.state.visitor }));

export default defineApp({
  middleware: [securityHeaders(), conditionalGet(), requestId(), session, locale],
  templates: templates({ directory: new URL('./templates/', import.meta.url) }),
  contextProcessors: [site],
  urls: [path('page', (request) => render(request, 'page.html', catalogue()))],
});
