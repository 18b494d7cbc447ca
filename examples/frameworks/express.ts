/** The guest book in Express. Nothing here knows of fastserve: the application is the default export. */
import { pipeline } from 'node:stream';
import express, { type ErrorRequestHandler } from 'express';
import { allEntries, page, sign, tickStream } from './guest-book.ts';

const app = express();

app.use(express.urlencoded({ extended: false }));

app.get('/', (_request, response) => response.send(page('Express')));

app.post('/sign', (request, response) => {
  if (!sign(request.body ?? {})) return void response.status(400).send('A name and a text, please.');
  response.redirect(303, '/');
});

app.get('/entries.json', (_request, response) => response.json(allEntries()));

app.get('/clock', (_request, response) => {
  response.type('text/event-stream');
  // Ends the ticks when the client leaves.
  pipeline(tickStream(), response, () => {});
});

app.use((_request, response) => response.status(404).send('Nothing here.'));

const onError: ErrorRequestHandler = (error, _request, response, _next) => {
  console.error(error);
  response.status(500).send('That did not work.');
};
app.use(onError);

export default app;
