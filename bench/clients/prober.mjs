/**
 * A few clients that keep their own pace and time every answer, in a process of its own: `node prober.mjs '<options>'` with
 * { port, paths, connections, everyMs }. Over IPC, {report} is answered with { answered, failed, p50Ms, p99Ms, worstMs } of the
 * time since the last report, and measuring starts anew.
 *
 * A client that had to wait for the answer before has waited: its time is from the moment when the request was due, not when it was
 * sent (what load generators call coordinated omission). Where only this process was late, because a timer of Node is a millisecond
 * or two behind, its time is from the sending.
 */
import { connect } from 'node:net';

const LOST_MS = 10_000;

const options = JSON.parse(process.argv[2]);
let times = [];
let failed = 0;

process.on('message', () => process.send(report()));
process.on('disconnect', () => process.exit(0));
for (let i = 0; i < options.connections; i++) void probe(options.paths[i % options.paths.length]);

async function probe(path) {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\n\r\n`;
  let connection = null;
  for (let due = performance.now(); ; due += options.everyMs) {
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    connection ??= open();
    const begun = wait > 0 ? performance.now() : due;
    const answered = await connection.exchange(request);
    if (answered) times.push(performance.now() - begun);
    else {
      failed++;
      connection = null;
    }
  }
}

/** One connection; exchange() resolves with whether a complete answer came. */
function open() {
  const socket = connect({ port: options.port, host: '127.0.0.1' }).setEncoding('latin1');
  let received = '';
  let settle = () => {};
  socket.on('error', () => {});
  socket.on('close', () => settle(false));
  socket.on('data', (text) => {
    received += text;
    if (isComplete(received)) settle(received.startsWith('HTTP/1.1 200 '));
  });
  return {
    exchange: (request) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => settle(false), LOST_MS);
        received = '';
        settle = (isRight) => {
          clearTimeout(timer);
          settle = () => {};
          if (!isRight) socket.destroy();
          resolve(isRight);
        };
        socket.write(request);
      }),
  };
}

/** Framed by Content-Length (RFC 9112 6.2). */
function isComplete(received) {
  const headEnd = received.indexOf('\r\n\r\n');
  const length = headEnd < 0 ? null : /^content-length: *(\d+)/im.exec(received.slice(0, headEnd));
  return length !== null && received.length >= headEnd + 4 + Number(length[1]);
}

function report() {
  const sorted = times.sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
  const figures = { answered: sorted.length, failed, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1) };
  times = [];
  failed = 0;
  return figures;
}
