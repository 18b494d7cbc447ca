/** Certificates made by the openssl command, and clients that speak TLS. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect as connectPlain, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import type { FastServer } from '../../dist/index.js';
import { Client } from './client.ts';
import { atEnd } from './servers.ts';

const run = promisify(execFile);

/** False, with a line that says so, where the openssl command is missing: the tests of TLS are then skipped. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('the openssl command is missing: tests of TLS are skipped');

export interface CertificateFiles {
  cert: string;
  key: string;
}

export interface CertificateOptions {
  /** Default: localhost and 127.0.0.1. */
  names?: string[];
  /** Signed by this one; default: by itself. */
  issuer?: CertificateFiles;
  days?: number;
  rsa?: boolean;
}

/** Makes `<name>.pem` and `<name>.key` in a directory. */
export async function certificate(directory: string, name: string, options: CertificateOptions = {}): Promise<CertificateFiles> {
  const files = { cert: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
  const names = (options.names ?? ['localhost']).map((host) => `DNS:${host}`).join(',');
  const algorithm = options.rsa ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const request = ['req', '-newkey', ...algorithm, '-nodes', '-keyout', files.key, '-subj', `/CN=${name}`];
  if (options.issuer === undefined) {
    await run('openssl', [...request, '-x509', '-days', String(options.days ?? 2), '-out', files.cert, '-addext', `subjectAltName=${names},IP:127.0.0.1`]);
    return files;
  }
  const csr = join(directory, `${name}.csr`);
  const extensions = join(directory, `${name}.ext`);
  await writeFile(extensions, `subjectAltName=${names},IP:127.0.0.1\n`);
  await run('openssl', [...request, '-out', csr]);
  await run('openssl', [
    'x509', '-req', '-in', csr, '-CA', options.issuer.cert, '-CAkey', options.issuer.key, '-CAcreateserial',
    '-days', String(options.days ?? 2), '-extfile', extensions, '-out', files.cert,
  ]);
  return files;
}

/** A TLS connection to a server; trusts anybody unless told otherwise. Destroyed behind the test. Rejects when the handshake fails. */
export async function handshake(server: FastServer | number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port: portOf(server), rejectUnauthorized: false, ...options });
  atEnd(() => void socket.destroy());
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  return socket;
}

/** As `connected`, over TLS. */
export async function secured(server: FastServer | number, options: ConnectionOptions = {}): Promise<Client> {
  return Client.over(await handshake(server, options));
}

/** A connection without TLS to whatever listens there. Destroyed behind the test. */
export async function bare(server: FastServer | number): Promise<Client> {
  const socket = connectPlain({ host: '127.0.0.1', port: portOf(server), allowHalfOpen: true });
  atEnd(() => void socket.destroy());
  await once(socket, 'connect');
  return Client.over(socket);
}

export function portOf(server: FastServer | number): number {
  return typeof server === 'number' ? server : (server.addresses[0]?.port as number);
}

/** The bytes with which a TLS client begins. */
export async function clientHello(): Promise<Buffer> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  const client = connectTls({ host: '127.0.0.1', port: (listener.address() as { port: number }).port });
  client.on('error', () => {});
  const [socket] = await accepted;
  const [hello] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  listener.close();
  return hello;
}

/** Runs `openssl s_client` against a server until it ends; gives all it printed. `input` is typed once it is connected. */
export async function sClient(server: FastServer | number, args: string[], input = ''): Promise<string> {
  const child = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${portOf(server)}`, ...args]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.on('error', () => {});
  child.stdin.write(input);
  if (input === '') child.stdin.end();
  await once(child, 'close');
  return output;
}

/** What curl prints for a URL, -k and -s set. */
export async function curl(...args: string[]): Promise<string> {
  return (await run('curl', ['-k', '-s', '-S', ...args])).stdout;
}
