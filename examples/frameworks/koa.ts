/** The guest book in Koa. Nothing here knows of fastserve: the application is the default export. */
import { text } from 'node:stream/consumers';
import Koa, { type Context } from 'koa';
import { allEntries, page, sign, tickStream } from './guest-book.ts';

const app = new Koa();

const routes: Record<string, (context: Context) => void | Promise<void>> = {
  'GET /': (context) => {
    context.body = page('Koa');
  },
  'POST /sign': async (context) => {
    if (!sign(Object.fromEntries(new URLSearchParams(await text(context.req))))) context.throw(400, 'A name and a text, please.');
    context.redirect('/');
    context.status = 303;
  },
  'GET /entries.json': (context) => {
    context.body = allEntries();
  },
  'GET /clock': (context) => {
    context.type = 'text/event-stream';
    context.body = tickStream();
  },
};

app.use(async (context) => {
  const route = routes[`${context.method} ${context.path}`];
  if (route === undefined) return context.throw(404, 'Nothing here.');
  return route(context);
});

export default app;
