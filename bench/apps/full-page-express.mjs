/** The full page in Express: middlewares of its form, nunjucks as its view engine, and the entity-tags that it makes itself. */
import express from 'express';
import { SECURITY_FIELDS, SESSIONS, VISITOR, catalogue, NAVIGATION } from './full-page-parts.mjs';
import { firstLanguage, sessionOf } from './middlewares.mjs';
import { createEnvironment } from './render.mjs';

const app = express();
app.disable('x-powered-by');
createEnvironment(new URL('./templates', import.meta.url).pathname).express(app);

let requests = 0;
app.use((_request, response, next) => {
  response.set(Object.fromEntries(SECURITY_FIELDS));
  next();
});
app.use((_request, response, next) => {
  response.set('x-request-id', (++requests).toString(36));
  next();
});
app.use((request, response, next) => {
  response.locals.user = SESSIONS.get(sessionOf(request.headers.cookie)) ?? VISITOR;
  response.locals.navigation = NAVIGATION;
  next();
});
app.use((request, _response, next) => {
  request.locale = firstLanguage(request.headers['accept-language']);
  next();
});
app.get('/page', (_request, response) => response.render('page.html', catalogue()));

export default app;
