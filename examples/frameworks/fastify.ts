/** The guest book in Fastify. Nothing here knows of fastserve: the instance is the default export, and is not told to listen. */
import fastify from 'fastify';
import { allEntries, page, sign, tickStream } from './guest-book.ts';

const app = fastify();

app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
  done(null, Object.fromEntries(new URLSearchParams(String(body))));
});

app.get('/', async (_request, reply) => reply.type('text/html').send(page('Fastify')));

app.post('/sign', async (request, reply) => {
  if (!sign((request.body ?? {}) as Record<string, unknown>)) return reply.code(400).send('A name and a text, please.');
  return reply.redirect('/', 303);
});

app.get('/entries.json', async () => allEntries());

app.get('/clock', async (_request, reply) => reply.type('text/event-stream').send(tickStream()));

app.setNotFoundHandler(async (_request, reply) => reply.code(404).send('Nothing here.'));

export default app;
