/** An Express application as its documentation builds one: a body parser, a router, a path parameter, JSON. */
import express from 'express';
import { profile } from './content.mjs';
import { firstLanguage } from './middlewares.mjs';

const app = express();
const people = express.Router();

people.get('/:name', (request, response) => {
  response.json(profile(firstLanguage(request.headers['accept-language']), request.params.name));
});

app.use(express.json());
app.use('/people', people);

export default app;
