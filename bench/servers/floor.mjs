/**
 * What no server can be much below: one thread that sends the workload's answer for whatever comes (floor/floor.cc, compiled for the
 * run). It is no peer: it shows what of a ratio is the kernel's and OpenSSL's, which all servers pay.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../harness/free-port.mjs';

const SOURCE = fileURLToPath(new URL('../floor/floor.cc', import.meta.url));

export default {
  title: 'floor (a constant, nothing parsed)',
  unavailable: () => (spawnSync('g++', ['--version']).error === undefined ? null : 'g++ is not installed (Debian package g++)'),
  async command({ answer, tls }, directory) {
    const port = await freePort();
    const program = join(directory, 'floor');
    compile(program, tls === undefined ? [] : ['-DFLOOR_TLS', '-lssl', '-lcrypto']);
    const file = join(directory, 'answer');
    writeFileSync(file, responseOf(answer));
    return { port, command: program, args: [String(port), file, ...(tls === undefined ? [] : [tls.cert, tls.key])] };
  },
};

function compile(program, options) {
  const { status, stderr } = spawnSync('g++', ['-std=c++20', '-O2', '-o', program, SOURCE, ...options], { encoding: 'utf8' });
  const hint = options.length > 0 ? ' (with TLS it needs the Debian package libssl-dev)' : '';
  if (status !== 0) throw new Error(`floor.cc does not compile${hint}:\n${stderr}`);
}

/** The bytes of a whole response, with the fields that fastserve's hot answers have. */
function responseOf({ status = 200, type, body }) {
  const content = Buffer.from(body);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, `Date: ${new Date().toUTCString()}`];
  if (type !== undefined) head.push(`Content-Type: ${type}`);
  if (status !== 304) head.push(`Content-Length: ${content.length}`);
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), content]);
}
