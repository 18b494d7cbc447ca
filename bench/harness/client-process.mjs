/** Starts the client programs of clients/, pinned to the client's core. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CLIENT_CORE } from './machine.mjs';

const POLL_MS = 25;

/** clients/holders.mjs with its protocol as methods. Closing it ends the process. */
export function startHolders() {
  const child = start('holders.mjs', [], ['ignore', 'inherit', 'inherit', 'ipc']);
  const ask = async (message) => {
    const answer = once(child, 'message');
    child.send(message);
    return (await answer)[0];
  };
  return {
    open: (load) => child.send({ open: load }),
    report: () => ask({ report: true }),
    async end() {
      if (child.connected) await ask({ close: true });
      child.disconnect();
      await once(child, 'exit');
    },
  };
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

function start(name, args, stdio) {
  const program = fileURLToPath(new URL(`../clients/${name}`, import.meta.url));
  return spawn('taskset', ['-c', String(CLIENT_CORE), process.execPath, program, ...args], { stdio });
}
