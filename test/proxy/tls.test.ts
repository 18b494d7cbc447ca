import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { UpstreamTlsConfig } from '../../dist/index.js';
import { atEnd, connected, directoryWith, started } from '../support/servers.ts';
import { certificate, type CertificateFiles, hasOpenssl, secured } from '../support/tls.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** An HTTPS server that tells the name it was asked by, and the common name of the client's certificate. */
async function httpsUpstream(files: CertificateFiles, ca?: CertificateFiles): Promise<number> {
  const options = { cert: await readFile(files.cert), key: await readFile(files.key), ...(ca && { ca: await readFile(ca.cert), requestCert: true }) };
  const server = createServer(options, (request, response) => {
    const socket = request.socket as TLSSocket;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { subject } = socket.getPeerCertificate();
      response.end(JSON.stringify({ name: (socket as unknown as { servername: string | false }).servername, client: subject?.CN, received: Buffer.concat(chunks).length }));
    });
  }).listen(0, '127.0.0.1');
  atEnd(() => void server.close());
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

async function statusOf(port: number, tls: UpstreamTlsConfig): Promise<number> {
  const server = await started({ proxy: [{ prefix: '/', upstream: 'up' }], upstreams: { up: { servers: [`https://localhost:${port}`], tls } } });
  const client = await connected(server);
  client.send(GET);
  return (await client.answer()).status;
}

describe.skipIf(!hasOpenssl)('an upstream with TLS', () => {
  it('is verified against the given authority, named, and shown a certificate', async () => {
    const directory = await directoryWith();
    const files = await certificate(directory, 'site');
    const own = await certificate(directory, 'front');
    const port = await httpsUpstream(files, own);
    const server = await started({
      proxy: [{ prefix: '/', upstream: 'up' }],
      upstreams: { up: { servers: [`https://localhost:${port}`], tls: { ca: files.cert, cert: own.cert, key: own.key } } },
    });
    const client = await connected(server);
    for (const size of [0, 100_000]) {
      client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(size)}`);
      expect((await client.answer()).json()).toEqual({ name: 'localhost', client: 'front', received: size });
    }
  });

  it('that is not to be believed is a 502: another authority, another name', async () => {
    const directory = await directoryWith();
    const files = await certificate(directory, 'site');
    const other = await certificate(directory, 'other');
    const port = await httpsUpstream(files);
    expect(await statusOf(port, { ca: other.cert })).toBe(502);
    expect(await statusOf(port, {})).toBe(502);
    expect(await statusOf(port, { ca: files.cert, serverName: 'elsewhere.example' })).toBe(502);
    expect(await statusOf(port, { verify: false })).toBe(200);
  });

  it('behind a client with TLS gets what the client sent', async () => {
    const directory = await directoryWith();
    const files = await certificate(directory, 'site');
    const port = await httpsUpstream(files);
    const server = await started({
      listen: [{ tls: files }],
      proxy: [{ prefix: '/', upstream: 'up', requestBuffer: false }],
      upstreams: { up: { servers: [`https://localhost:${port}`], tls: { ca: files.cert } } },
    });
    const client = await secured(server);
    client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n`);
    client.send(Buffer.alloc(900_000, 'abc'));
    expect((await client.answer()).json<{ received: number }>().received).toBe(900_000);
  });
});
