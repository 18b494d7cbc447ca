/** Starts the client programs of clients/, pinned to the client's core. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { CLIENT_CORE } from './machine.mjs';

const POLL_MS = 25;
const BESIEGERS_NICE = 10;
/** Compiling code and collecting garbage stop a client for milliseconds, which it would time as the server's. */
const EVEN = ['--no-opt', '--min-semi-space-size=64', '--max-semi-space-size=64'];

/** clients/holders.mjs with its protocol as methods. Closing it ends the process. */
export function startHolders() {
  const { child, ask, end } = startDriven('holders.mjs');
  return { open: (load) => child.send({ open: load }), report: () => ask({ report: true }), end: () => end({ close: true }) };
}

/** clients/besiegers.mjs, in the same way. It gives way to other clients on its core. */
export function startBesiegers() {
  const { child, ask, end } = startDriven('besiegers.mjs');
  setPriority(child.pid, BESIEGERS_NICE);
  return { besiege: (siege) => child.send({ besiege: siege }), report: () => ask({ report: true }), end: () => end({ close: true }) };
}

/** clients/prober.mjs: probes from now on. */
export function startProber(options) {
  const { ask, end } = startDriven('prober.mjs', [JSON.stringify(options)], EVEN);
  return { report: () => ask({ report: true }), end: () => end() };
}

/** A client program that is driven over IPC. `end` sends a last message, if any, and waits until the process has gone. */
function startDriven(name, args = [], flags = []) {
  const child = start(name, args, ['ignore', 'inherit', 'inherit', 'ipc'], flags);
  const ask = async (message) => {
    const answer = once(child, 'message');
    child.send(message);
    return (await answer)[0];
  };
  const end = async (last) => {
    if (child.connected && last !== undefined) await ask(last);
    child.disconnect();
    await once(child, 'exit');
  };
  return { child, ask, end };
}

/**
 * clients/origin.mjs, as many as asked for: upstreams of the servers under test.
 * @returns {Promise<{ ports: number[], report(): Promise<object>, open(): void, end(): Promise<void> }>} reports are
 *   the sums over all
 */
export async function startOrigins(count) {
  const origins = Array.from({ length: count }, () => startDriven('origin.mjs'));
  const ports = await Promise.all(origins.map(async ({ child }) => (await once(child, 'message'))[0].port));
  return {
    ports,
    report: async () => sumOf(await Promise.all(origins.map(({ ask }) => ask({ report: true })))),
    open: () => origins.forEach(({ child }) => child.send({ open: true })),
    end: async () => void (await Promise.all(origins.map(({ end }) => end()))),
  };
}

function sumOf(reports) {
  const sums = {};
  for (const report of reports) {
    for (const [name, count] of Object.entries(report)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

/** Runs clients/load.mjs to its end. @returns {Promise<{ byPath: object }>} */
export async function runLoad(options) {
  const child = start('load.mjs', [JSON.stringify(options)], ['ignore', 'pipe', 'inherit']);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  await once(child, 'close');
  return JSON.parse(output);
}

/** Polls until `read` gives a value that satisfies `done`, or throws after `limitMs` with the last value. */
export async function until(what, limitMs, read, done) {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (Date.now() > end) throw new Error(`${what}: not reached within ${limitMs / 1000} s; last seen ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** `flags` are Node's. */
function start(name, args, stdio, flags = []) {
  const program = fileURLToPath(new URL(`../clients/${name}`, import.meta.url));
  return spawn('taskset', ['-c', String(CLIENT_CORE), process.execPath, ...flags, program, ...args], { stdio });
}
