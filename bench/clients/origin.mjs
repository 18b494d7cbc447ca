/**
 * A constant upstream, in a process of its own whose CPU time is nobody's: `node origin.mjs`, driven over IPC. It says
 * {port} once it answers, and then
 *   {report}  answers {requests, waiting, connections}: asked for since the last report, held now, open now
 *   {open}    answers what is held (requests whose path has HELD in it), and holds nothing from then on
 * The process ends when the channel closes. It knows requests without content on kept connections, and no more of HTTP.
 */
import { createServer } from 'node:net';
import { BYTES, FILE_1K, FILE_64K } from '../apps/content.mjs';

const END_OF_HEAD = '\r\n\r\n';
const HELD = 'held';

const small = answerOf(FILE_1K);
const large = answerOf(FILE_64K);
const connections = new Set();
let waiting = [];
let requests = 0;
let holding = true;

const server = createServer({ noDelay: true }, (socket) => {
  connections.add(socket);
  let pending = '';
  socket.on('data', (bytes) => {
    const heads = (pending + bytes.toString('latin1')).split(END_OF_HEAD);
    pending = heads.pop();
    for (const head of heads) answer(socket, head.slice(0, head.indexOf('\r\n')));
  });
  socket.on('error', () => socket.destroy()).on('close', () => connections.delete(socket));
});

server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => process.send({ port: server.address().port }));

process.on('message', (message) => {
  if (message.open !== undefined) open();
  if (message.report !== undefined) report();
});
process.on('disconnect', () => process.exit(0));

function answer(socket, requestLine) {
  requests++;
  if (holding && requestLine.includes(HELD)) waiting.push(socket);
  else socket.write(requestLine.includes('64k') ? large : small);
}

function open() {
  holding = false;
  for (const socket of waiting) socket.write(small);
  waiting = [];
}

function report() {
  process.send({ requests, waiting: waiting.length, connections: connections.size });
  requests = 0;
}

function answerOf(body) {
  const head = `HTTP/1.1 200 OK\r\nDate: ${new Date().toUTCString()}\r\nContent-Type: ${BYTES}\r\nContent-Length: ${body.length}\r\nCache-Control: max-age=86400\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
