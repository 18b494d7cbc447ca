/**
 * Clients that cost a server something and want nothing, in a process of their own: `node besiegers.mjs`, driven over IPC.
 *   {besiege: {port, path, count, behaviour}}  opens the connections
 *   {report}   answers {opened, answered, failed, lastAnswerMs}: failed were refused or reset before they were open; the time is
 *              since the order, null before the first answer
 *   {close}    resets all connections (leaving none in TIME_WAIT)
 *
 * They come from several loopback addresses, so that their number is not limited by the ports of one.
 */
import { connect } from 'node:net';

const ADDRESSES = 8;
const CONNECTING_AT_ONCE = 256;
const DRIP_MS = 1_000;

/** What each does once it is connected. */
const BEHAVIOURS = {
  /** A head that never ends, a byte a second. */
  slowloris: (socket) => socket.write('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: '),
  /** One request with its answer, then silence. */
  idle: (socket, path) => socket.write(request(path)),
  /** One request whose answer is never read. */
  unread: (socket, path) => socket.pause().write(request(path)),
  /** One request, all at the same moment. */
  burst: (socket, path) => socket.write(request(path)),
};

const sockets = new Set();
const counts = { opened: 0, answered: 0, failed: 0, lastAnswerMs: null };
let began = 0;

process.on('message', (message) => {
  if (message.besiege !== undefined) besiege(message.besiege);
  if (message.report !== undefined) process.send({ ...counts });
  if (message.close !== undefined) closeAll();
});
process.on('disconnect', () => process.exit(0));

function besiege({ port, path, count, behaviour }) {
  began = performance.now();
  let started = 0;
  const next = () => {
    if (started < count) open(port, path, behaviour, started++, next);
  };
  const width = behaviour === 'burst' ? count : CONNECTING_AT_ONCE;
  for (let i = 0; i < width; i++) next();
  if (behaviour === 'slowloris') setInterval(drip, DRIP_MS);
}

function open(port, path, behaviour, index, opened) {
  let isOpen = false;
  const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${2 + (index % ADDRESSES)}` }, () => {
    isOpen = true;
    counts.opened++;
    BEHAVIOURS[behaviour](socket, path);
    opened();
  });
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('data', () => {
    if (socket.wasAnswered === true) return;
    socket.wasAnswered = true;
    counts.answered++;
    counts.lastAnswerMs = performance.now() - began;
  });
  socket.on('close', () => {
    sockets.delete(socket);
    if (isOpen) return;
    counts.failed++;
    opened();
  });
}

function drip() {
  for (const socket of sockets) if (socket.writable) socket.write('a');
}

function request(path) {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
}

function closeAll() {
  for (const socket of sockets) socket.removeAllListeners('close').resetAndDestroy();
  sockets.clear();
  process.send({ closed: true });
}
