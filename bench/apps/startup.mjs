/** A small site on a peer: `node startup.mjs fastify|node-http <directory of files> <port>`. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';

const [peer, root, port] = process.argv.slice(2);
const address = { host: '127.0.0.1', port: Number(port) };

if (peer === 'fastify') {
  const [{ default: fastify }, { default: files }] = await Promise.all([import('fastify'), import('@fastify/static')]);
  const app = fastify({ logger: false });
  await app.register(files, { root });
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send('<p>hello'));
  await app.listen(address);
} else {
  const { createServer } = await import('node:http');
  createServer((request, response) => {
    if (request.url !== '/') return createReadStream(join(root, request.url)).pipe(response);
    return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>hello');
  }).listen(address);
}
