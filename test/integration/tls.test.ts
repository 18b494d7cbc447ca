/** TLS with real clients: versions, certificates by name, protocols, resumption, certificates of clients. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FastServer, TlsConfig } from '../../dist/index.js';
import { get } from '../support/client.ts';
import { directoryWith, inline } from '../support/servers.ts';
import { type CertificateFiles, certificate, curl, handshake, hasOpenssl, portOf, sClient, secured } from '../support/tls.ts';

let directory: string;
let site: CertificateFiles;

beforeAll(async () => {
  if (!hasOpenssl) return;
  directory = await mkdtemp(join(tmpdir(), 'fastserve-tls-'));
  site = await certificate(directory, 'site');
});

afterAll(async () => {
  if (hasOpenssl) await rm(directory, { recursive: true });
});

/** A server that answers with the scheme it sees. */
function answering(tls: Partial<TlsConfig> = {}, ioThreads = 1): Promise<FastServer> {
  return inline((gatewayRequest, respond) => respond(200, ['x-scheme', gatewayRequest.scheme], gatewayRequest.target), {
    listen: { port: 0, tls: { ...site, ...tls } },
    ioThreads,
  });
}

async function subjectSeen(server: FastServer, servername?: string): Promise<string> {
  const socket = await handshake(server, servername === undefined ? {} : { servername });
  return socket.getPeerX509Certificate()?.subject ?? '';
}

describe.skipIf(!hasOpenssl)('an HTTPS listener', () => {
  it('answers a Node client that checks the certificate, on one connection', async () => {
    const server = await answering();
    expect(server.url).toBe(`https://127.0.0.1:${portOf(server)}`);
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: await readFile(site.cert) });
    for (let i = 0; i < 3; i++) {
      const text = await new Promise<string>((resolve, reject) => {
        request(`${server.url}/n${i}`, { agent }, (response) => {
          expect(response.headers['x-scheme']).toBe('https');
          response.setEncoding('utf8').once('data', resolve);
        })
          .once('error', reject)
          .end();
      });
      expect(text).toBe(`/n${i}`);
    }
    agent.destroy();
    expect(server.stats()).toMatchObject({ connectionsAccepted: 1, requests: 3, tlsHandshakes: 1, tlsFailures: 0 });
  });

  it.each([['1.2'], ['1.3']])('answers curl over TLS %s', async (version) => {
    const server = await answering();
    expect(await curl('--tls-max', version, `--tlsv${version}`, `${server.url}/a`, `${server.url}/b`)).toBe('/a/b');
    expect(server.stats().connectionsAccepted).toBe(1);
  });

  it('serves a chain: a client that trusts the issuer needs nothing else', async () => {
    const authority = await certificate(directory, 'authority');
    const signed = await certificate(directory, 'signed', { issuer: authority, rsa: true });
    const server = await answering(signed);
    const socket = await handshake(server, { ca: await readFile(authority.cert), rejectUnauthorized: true, servername: 'localhost' });
    expect(socket.authorized).toBe(true);
  });

  it.each<[string, ConnectionOptions, Partial<TlsConfig>]>([
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, {}],
    ['TLS 1.2 where the minimum is 1.3', { maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }],
    ['a cipher without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }, {}],
    ['a client that speaks only HTTP/2', { ALPNProtocols: ['h2'] }, {}],
  ])('refuses %s', async (_name, options, tls) => {
    const server = await answering(tls);
    await expect(handshake(server, options)).rejects.toThrow(/alert|handshake|protocol/i);
    await expect.poll(() => server.stats().tlsFailures).toBe(1);
  });

  it('agrees on http/1.1', async () => {
    const server = await answering();
    expect((await handshake(server, { ALPNProtocols: ['h2', 'http/1.1'] })).alpnProtocol).toBe('http/1.1');
    expect((await handshake(server)).alpnProtocol).toBe(false);
  });

  it('offers no compression', async () => {
    const server = await answering();
    expect(await sClient(server, ['-tls1_2'])).toContain('Compression: NONE');
  });

  it('closes a connection that asks for renegotiation', async () => {
    const server = await answering();
    const output = await sClient(server, ['-tls1_2'], 'R\n');
    expect(output).toContain('RENEGOTIATING');
    await expect.poll(() => server.stats()).toMatchObject({ tlsHandshakes: 1, tlsFailures: 1, connectionsOpen: 0 });
  });
});

describe.skipIf(!hasOpenssl)('the certificate', () => {
  it('is chosen by the name that the client asks for', async () => {
    const exact = await certificate(directory, 'exact', { names: ['www.example.org'] });
    const wildcard = await certificate(directory, 'wildcard', { names: ['*.example.org'] });
    const server = await answering({
      sni: [
        { names: ['*.example.org'], ...wildcard },
        { names: ['www.example.org'], ...exact },
      ],
    });
    expect(await subjectSeen(server, 'www.example.org')).toBe('CN=exact');
    expect(await subjectSeen(server, 'api.EXAMPLE.org')).toBe('CN=wildcard');
    expect(await subjectSeen(server, 'a.b.example.org')).toBe('CN=site');
    expect(await subjectSeen(server, 'example.com')).toBe('CN=site');
    expect(await subjectSeen(server)).toBe('CN=site');
  });
});

describe.skipIf(!hasOpenssl)('a session', () => {
  it.each([['tls1_2'], ['tls1_3']])('is resumed with a ticket, by any I/O thread (%s)', async (version) => {
    const server = await answering({}, 2);
    const file = join(await directoryWith(), 'session');
    const ask = ['-quiet', '-no_ign_eof', `-${version}`];
    await sClient(server, [...ask, '-sess_out', file], get('/', 'Connection: close'));
    for (let i = 0; i < 6; i++) await sClient(server, [...ask, '-sess_in', file], get('/', 'Connection: close'));
    expect(server.stats()).toMatchObject({ tlsHandshakes: 7, tlsResumed: 6, requests: 7 });
  });

  it('is not resumed where another rule for certificates of clients holds', async () => {
    const authority = await certificate(directory, 'resume-authority');
    const server = await inline((_request, respond) => respond(200, [], 'ok'), {
      listen: [
        { port: 0, tls: site },
        { port: 0, tls: { ...site, ca: authority.cert, clientCertificates: 'require' } },
      ],
    });
    const file = join(await directoryWith(), 'session');
    const ask = ['-quiet', '-no_ign_eof', '-tls1_2'];
    await sClient(server, [...ask, '-sess_out', file], get('/', 'Connection: close'));
    await sClient(server.addresses[1]?.port as number, [...ask, '-sess_in', file], get('/', 'Connection: close'));
    expect(server.stats()).toMatchObject({ tlsHandshakes: 1, tlsResumed: 0, tlsFailures: 1, requests: 1 });
  });
});

describe.skipIf(!hasOpenssl)('certificates of clients', () => {
  let authority: CertificateFiles;
  let known: ConnectionOptions;
  let stranger: ConnectionOptions;

  const pair = async (files: CertificateFiles) => ({ cert: await readFile(files.cert), key: await readFile(files.key) });
  beforeAll(async () => {
    if (!hasOpenssl) return;
    authority = await certificate(directory, 'clients');
    known = await pair(await certificate(directory, 'known', { issuer: authority }));
    stranger = await pair(await certificate(directory, 'stranger'));
  });

  async function status(server: FastServer, options: ConnectionOptions): Promise<number> {
    const client = await secured(server, options);
    client.send(get('/'));
    return (await client.answer()).status;
  }

  it.each([['TLSv1.2'], ['TLSv1.3']] as const)('are required: only one of the authority lets in (%s)', async (maxVersion) => {
    const server = await answering({ ca: authority.cert, clientCertificates: 'require' });
    expect(await status(server, { ...known, maxVersion })).toBe(200);
    await expect(status(server, { maxVersion })).rejects.toThrow();
    await expect(status(server, { ...stranger, maxVersion })).rejects.toThrow();
    expect(server.stats().requests).toBe(1);
  });

  it('are requested: none is as good as one of the authority, another one is refused', async () => {
    const server = await answering({ ca: authority.cert, clientCertificates: 'request' });
    expect(await status(server, {})).toBe(200);
    expect(await status(server, known)).toBe(200);
    await expect(status(server, stranger)).rejects.toThrow();
  });

  it('are not asked for otherwise', async () => {
    const server = await answering();
    expect(await status(server, known)).toBe(200);
    expect(await sClient(server, ['-tls1_2'])).toContain('No client certificate CA names sent');
  });
});

describe.skipIf(!hasOpenssl)('https and http', () => {
  it('are served beside each other, each request knowing which it came by', async () => {
    const server = await inline((gatewayRequest, respond) => respond(200, [], gatewayRequest.scheme), {
      listen: [{ port: 0 }, { port: 0, tls: site }],
    });
    const [plain, secure] = server.addresses.map(({ port }) => port);
    expect(await curl(`http://127.0.0.1:${plain}/`)).toBe('http');
    expect(await curl(`https://127.0.0.1:${secure}/`)).toBe('https');
  });

  it('redirect keeps method, host, path and query', async () => {
    const server = await inline((_request, respond) => respond(200, [], 'secret'), {
      listen: [{ port: 0, redirect: 'https' }, { port: 0, tls: site }],
    });
    const [plain, secure] = server.addresses.map(({ port }) => port);
    const answer = await curl('-i', '-X', 'POST', '-d', 'content', '-H', 'Host: site.example:80', `http://127.0.0.1:${plain}/a%20b/?c=d&e`);
    expect(answer).toMatch(/^HTTP\/1\.1 308 /);
    expect(answer).toContain(`\r\nLocation: https://site.example:${secure}/a%20b/?c=d&e\r\n`);
    expect(await curl('-L', `http://127.0.0.1:${plain}/x`)).toBe('secret');
    expect(server.stats().requestsToWorkers).toBe(1);
  });

  it('redirect leads to an IPv6 address in brackets', async () => {
    const server = await inline((_request, respond) => respond(200, [], ''), { listen: [{ port: 0, redirect: 'https' }, { port: 0, tls: site }] });
    const [plain, secure] = server.addresses.map(({ port }) => port);
    expect(await curl('-i', '-H', 'Host: [::1]:80', `http://127.0.0.1:${plain}/`)).toContain(`\r\nLocation: https://[::1]:${secure}/\r\n`);
  });

  it.each<[string, object | true, string]>([
    ['true', true, 'max-age=31536000'],
    ['an object', { maxAge: '730d', includeSubDomains: true, preload: true }, 'max-age=63072000; includeSubDomains; preload'],
  ])('hsts: %s sends Strict-Transport-Security over TLS only', async (_name, hsts, value) => {
    const server = await inline((_request, respond) => respond(200, [], ''), { listen: [{ port: 0 }, { port: 0, tls: site }], hsts });
    const [plain, secure] = server.addresses.map(({ port }) => port);
    expect(await curl('-i', `https://127.0.0.1:${secure}/`)).toContain(`\r\nStrict-Transport-Security: ${value}\r\n`);
    expect(await curl('-i', `http://127.0.0.1:${plain}/`)).not.toContain('Strict-Transport-Security');
  });

  it('the application has the last word about Strict-Transport-Security', async () => {
    const server = await inline((_request, respond) => respond(200, ['strict-transport-security', 'max-age=0'], ''), { listen: { port: 0, tls: site }, hsts: true });
    expect((await curl('-i', server.url)).match(/strict-transport-security: .*/gi)).toEqual(['strict-transport-security: max-age=0']);
  });
});
