/**
 * A client that counts what becomes of every request, in a process of its own: `node load.mjs '<options>'` with
 * { port, paths, connections, seconds }. Each connection sends one request at a time, connections take
 * turns through `paths`. Prints one JSON line:
 *   { byPath: { [path]: { [status]: n, timeouts: n, dropped: n } } }
 * A time-out is an answer that has not come within 5 s; dropped: the connection ended before a complete answer.
 */
import { connect } from 'node:net';

const ANSWER_LIMIT_MS = 5_000;

const options = JSON.parse(process.argv[2]);
const byPath = Object.fromEntries(options.paths.map((path) => [path, { timeouts: 0, dropped: 0 }]));
let running = true;

const clients = Array.from({ length: options.connections }, (_, i) => loop(options.paths[i % options.paths.length]));
setTimeout(() => {
  running = false;
}, options.seconds * 1000);
await Promise.all(clients);
process.stdout.write(`${JSON.stringify({ byPath })}\n`);
process.exit(0);

async function loop(path) {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\n\r\n`;
  let connection = null;
  while (running) {
    connection ??= openConnection();
    const outcome = await exchange(connection, request);
    byPath[path][outcome] = (byPath[path][outcome] ?? 0) + 1;
    if (connection.ended) connection = null;
  }
  connection?.socket.resetAndDestroy();
}

function openConnection() {
  const socket = connect({ port: options.port, host: '127.0.0.1' }).setEncoding('latin1');
  const connection = { socket, ended: false, received: '', settle: null };
  socket.on('error', () => {});
  socket.on('close', () => {
    connection.ended = true;
    connection.settle?.('dropped');
  });
  socket.on('data', (text) => {
    connection.received += text;
    const status = completeStatus(connection.received);
    if (status === null) return;
    if (/^connection: *close\r$/im.test(connection.received)) connection.ended = true;
    connection.settle?.(status);
  });
  return connection;
}

/** Resolves with the status, 'timeouts' or 'dropped'. */
function exchange(connection, request) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => connection.settle('timeouts'), ANSWER_LIMIT_MS);
    connection.received = '';
    connection.settle = (outcome) => {
      clearTimeout(timer);
      connection.settle = null;
      if (outcome === 'timeouts') connection.ended = true;
      if (connection.ended) connection.socket.resetAndDestroy();
      resolve(outcome);
    };
    connection.socket.write(request);
  });
}

/** The status of a complete answer framed by Content-Length, else null. */
function completeStatus(received) {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const length = /^content-length: *(\d+)/im.exec(received.slice(0, headEnd));
  const complete = length !== null && received.length >= headEnd + 4 + Number(length[1]);
  return complete ? received.slice(9, 12) : null;
}
