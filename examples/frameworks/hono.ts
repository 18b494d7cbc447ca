/** The guest book in Hono. It is a fetch handler: no Node request or response is made for it. */
import { Hono } from 'hono';
import { allEntries, page, sign, tickWebStream } from './guest-book.ts';

const app = new Hono();

app.get('/', (context) => context.html(page('Hono')));

app.post('/sign', async (context) => {
  if (!sign(await context.req.parseBody())) return context.text('A name and a text, please.', 400);
  return context.redirect('/', 303);
});

app.get('/entries.json', (context) => context.json(allEntries()));

app.get('/clock', (context) => context.body(tickWebStream(), 200, { 'Content-Type': 'text/event-stream' }));

app.notFound((context) => context.text('Nothing here.', 404));

export default app;
