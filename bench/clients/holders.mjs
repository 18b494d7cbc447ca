/**
 * A client of many connections, in a process of its own (server and client each need thousands of descriptors):
 * `node holders.mjs`, driven over IPC.
 *   {open: {port, path, count, tls}}  opens the connections, a few hundred at a time, over TLS if so, and sends one GET on each
 *   {report}                     answers {sent, answered, failed}: requests written, complete 200 answers, anything else
 *   {close}                      resets all connections (leaving none in TIME_WAIT; those over TLS are closed)
 */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

const CONNECTING_AT_ONCE = 256;
const STATUS_OK = 'HTTP/1.1 200 ';

let sockets = [];
const counts = { sent: 0, answered: 0, failed: 0 };

process.on('message', (message) => {
  if (message.open !== undefined) openAll(message.open);
  if (message.report !== undefined) process.send({ ...counts });
  if (message.close !== undefined) closeAll();
});
process.on('disconnect', () => process.exit(0));

function openAll({ port, path, count, tls }) {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  let started = 0;
  const next = () => {
    if (started === count) return;
    started++;
    open(port, request, tls, next);
  };
  for (let i = 0; i < CONNECTING_AT_ONCE; i++) next();
}

function open(port, request, tls, opened) {
  let received = '';
  let settled = false;
  const fail = () => {
    if (!settled) counts.failed++;
    settled = true;
  };
  const options = { port, host: '127.0.0.1', rejectUnauthorized: false };
  const socket = (tls ? connectTls : connect)(options, () => {
    socket.write(request);
    counts.sent++;
    opened();
  });
  socket.on('error', fail).on('close', fail);
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
    if (settled || !isComplete(received)) return;
    settled = true;
    if (received.startsWith(STATUS_OK)) counts.answered++;
    else counts.failed++;
  });
  sockets.push(socket);
}

/** Whether the head and the content that its Content-Length (RFC 9112 6.2) announces are there. */
function isComplete(received) {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /^content-length: *(\d+)/im.exec(received.slice(0, headEnd));
  return length !== null && received.length >= headEnd + 4 + Number(length[1]);
}

function closeAll() {
  for (const socket of sockets) {
    socket.removeAllListeners('close');
    if (socket.encrypted) socket.destroy();
    else socket.resetAndDestroy();
  }
  sockets = [];
  process.send({ closed: true });
}
