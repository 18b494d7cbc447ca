/** What the battery wants of an application: echo, reflect and status end-points in the raw gateway form. */
import { createHash } from 'node:crypto';
import { gateway } from '../dist/index.js';

const TEXT = ['content-type', 'text/plain'];

async function echo(request, respond) {
  const body = await request.body.bytes();
  const flat = request.rawFields();
  const headers = Array.from({ length: flat.length / 2 }, (_, i) => [flat[i * 2], flat[i * 2 + 1]]);
  const seen = {
    method: request.method,
    path: request.target.split('?')[0],
    query: request.query,
    headers,
    body_sha256: createHash('sha256').update(body).digest('hex'),
    body_len: body.length,
  };
  respond(200, ['content-type', 'application/json'], JSON.stringify(seen));
}

export default gateway((request, respond) => {
  const query = new URLSearchParams(request.query);
  switch (request.path) {
    case '/':
      return respond(200, TEXT, 'home');
    case '/echo':
      return echo(request, respond);
    case '/reflect':
      return respond(200, ['x-reflect', query.get('value') ?? ''], 'reflected');
    case '/status':
      return respond(Number(query.get('code')), TEXT, 'status');
    default:
      return respond(404, TEXT, 'no such page');
  }
});
