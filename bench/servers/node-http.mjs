/**
 * node:http as its documentation shows it: one listener function a server. The listener of each application answers whatever
 * path comes, as fastserve's raw form does: neither routes.
 */
import { createReadStream, stat } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { BODY_256K, BYTES, HELLO, HTML, JSON_TYPE, TEXT, pageContext } from '../apps/content.mjs';
import { burn } from '../apps/burn.mjs';
import * as gate from '../apps/gate.mjs';
import { runChain } from '../apps/middlewares.mjs';

/** application → (options) → listener */
const LISTENERS = {
  hello: () => (_request, response) => text(response, HELLO),
  fields: () => (request, response) => text(response, request.headers['accept-language']),
  json: () => jsonListener,
  page: pageListener,
  post: () => (request, response) => {
    let size = 0;
    request.on('data', (piece) => (size += piece.length)).on('end', () => text(response, String(size)));
  },
  'body-256k': () => (_request, response) => bytes(response, BODY_256K),
  inflight: () => gateListener,
  spin: (options) => {
    const files = fileListener(options);
    return (request, response) => {
      if (request.url !== '/spin') return files(request, response);
      for (;;);
    };
  },
  files: fileListener,
  busy: (options) => {
    const files = fileListener(options);
    return (request, response) => {
      if (request.url !== '/view') return files(request, response);
      burn();
      return text(response, HELLO);
    };
  },
};

export default {
  title: 'node:http',
  unavailable: () => null,
  async start(options) {
    const listener = await LISTENERS[options.app](options);
    const server = createServer({ keepAliveTimeout: 600_000, requestTimeout: 0 }, listener);
    await new Promise((resolve, reject) => server.once('error', reject).listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve));
    return { port: server.address().port };
  },
};

function text(response, body) {
  response.writeHead(200, { 'content-type': TEXT, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function bytes(response, body) {
  response.writeHead(200, { 'content-type': BYTES, 'content-length': body.length });
  response.end(body);
}

async function jsonListener(request, response) {
  const context = { field: (name) => request.headers[name] };
  await runChain(context);
  const body = JSON.stringify(context.result);
  response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(body), 'x-frame-options': context.frameOptions });
  response.end(body);
}

async function pageListener({ templates }) {
  const { createRenderer } = await import('../apps/render.mjs');
  const render = createRenderer(templates);
  return (_request, response) => {
    const body = render('page.html', pageContext());
    response.writeHead(200, { 'content-type': HTML, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  };
}

function gateListener(request, response) {
  if (request.url === '/gate/count') return text(response, String(gate.waitingCount()));
  if (request.url === '/gate/open') {
    gate.open();
    return text(response, 'open');
  }
  return gate.wait(() => text(response, HELLO));
}

/** Looks at the file and streams it for each request, with the validators that a file server sends. */
function fileListener({ root }) {
  return (request, response) => {
    const path = join(root, request.url.slice('/static/'.length));
    stat(path, (error, found) => {
      if (error !== null) return response.writeHead(404).end();
      response.writeHead(200, {
        'content-type': BYTES,
        'content-length': found.size,
        'last-modified': found.mtime.toUTCString(),
        etag: `"${found.mtimeMs.toString(16)}-${found.size.toString(16)}"`,
      });
      createReadStream(path).on('error', () => response.destroy()).pipe(response);
    });
  };
}
