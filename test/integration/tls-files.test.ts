/** Certificates as files: mistakes that are found before the start, and replacement while the server runs. */
import { copyFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, type FastServer, serve, type TlsConfig } from '../../dist/index.js';
import { get } from '../support/client.ts';
import { directoryWith, inline, takeErrors } from '../support/servers.ts';
import { type CertificateFiles, certificate, handshake, hasOpenssl, secured } from '../support/tls.ts';

let directory: string;
let site: CertificateFiles;

beforeEach(async () => {
  if (!hasOpenssl) return;
  directory = await directoryWith();
  site = await certificate(directory, 'site');
});

function secure(tls: Partial<TlsConfig> = {}): Promise<FastServer> {
  return inline((_request, respond) => respond(200, [], 'ok'), { listen: { port: 0, tls: { ...site, ...tls } } });
}

async function complaint(tls: Partial<TlsConfig>): Promise<string> {
  try {
    await serve({ static: [{ prefix: '/', root: directory }], listen: { port: 0, tls: { ...site, ...tls } } });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.replaceAll(directory, '');
  }
  throw new Error('the server started');
}

async function subject(server: FastServer): Promise<string | undefined> {
  const socket = await handshake(server);
  const seen = socket.getPeerX509Certificate()?.subject;
  socket.destroy();
  return seen;
}

/** Puts a new certificate in the place of the old one, as renewing tools do: one rename for each file. */
async function replace(files: CertificateFiles): Promise<void> {
  for (const [from, to] of [
    [files.cert, site.cert],
    [files.key, site.key],
  ] as const) {
    await copyFile(from, `${to}.new`);
    await rename(`${to}.new`, to);
  }
}

describe.skipIf(!hasOpenssl)('a certificate file', () => {
  it('that is missing is named', async () => {
    expect(await complaint({ cert: join(directory, 'none.pem') })).toMatch(/^serve\(\): listen\[0\]\.tls\.cert: got ".*none\.pem", where there is no file, expected a PEM file\. Make it, or correct the path/);
  });

  it('that is no PEM file is named', async () => {
    await writeFile(join(directory, 'text.pem'), 'hello');
    expect(await complaint({ cert: join(directory, 'text.pem') })).toContain('text.pem", expected one or more PEM certificates');
    expect(await complaint({ key: join(directory, 'text.pem') })).toContain('text.pem", expected a private key in PEM form without a passphrase');
  });

  it('with another key is refused', async () => {
    const other = await certificate(directory, 'other');
    expect(await complaint({ key: other.key })).toMatch(/listen\[0\]\.tls\.key: got ".*other\.key", which does not match the certificate in ".*site\.pem"/);
  });

  it('of sni is checked as well', async () => {
    expect(await complaint({ sni: [{ names: ['a.example'], cert: site.cert, key: join(directory, 'none.key') }] })).toContain('listen[0].tls.sni[0].key: got');
  });

  it('for clients needs a rule, and the rule needs the file', async () => {
    expect(await complaint({ ca: site.cert })).toContain('listen[0].tls.ca: is for the certificates of clients');
    expect(await complaint({ clientCertificates: 'require' })).toContain('listen[0].tls.clientCertificates: needs ca');
  });

  it('that has expired is served with a warning', async () => {
    const errors = takeErrors();
    const expired = await certificate(directory, 'expired', { issuer: site, days: -1 });
    const server = await secure(expired);
    expect(await subject(server)).toBe('CN=expired');
    expect(errors()).toMatch(/ warn listen\[0\]\.tls\.cert: the certificate "CN=expired" in ".*" expired on .*; clients will refuse it\. Renew it\./);
  });
});

describe.skipIf(!hasOpenssl)('a certificate that is replaced on disk', () => {
  it('is used by the next handshake; connections stay', async () => {
    const errors = takeErrors();
    const server = await secure();
    const client = await secured(server);
    expect(await subject(server)).toBe('CN=site');
    await replace(await certificate(directory, 'renewed'));
    await expect.poll(() => subject(server), { timeout: 10_000 }).toBe('CN=renewed');
    client.send(get('/'));
    expect((await client.answer()).text).toBe('ok');
    expect(errors()).toContain('info listen[0].tls: the changed certificates are in use');
  });

  it('by something broken changes nothing, and is logged once', async () => {
    const errors = takeErrors();
    const server = await secure();
    await writeFile(site.key, 'broken');
    await expect.poll(errors, { timeout: 10_000 }).toContain('error changed certificates are not used, the old ones stay: listen[0].tls.key: got');
    expect(await subject(server)).toBe('CN=site');
    await replace(await certificate(directory, 'repaired'));
    await expect.poll(() => subject(server), { timeout: 10_000 }).toBe('CN=repaired');
    expect(errors().match(/not used/g)).toHaveLength(1);
  });

  it('takes its sessions along: a ticket of before is still good', async () => {
    const server = await secure();
    const first = await handshake(server, { maxVersion: 'TLSv1.2' });
    const session = first.getSession();
    await replace(await certificate(directory, 'renewed'));
    await expect.poll(() => subject(server), { timeout: 10_000 }).toBe('CN=renewed');
    const again = await handshake(server, session === undefined ? {} : { maxVersion: 'TLSv1.2', session });
    expect(again.isSessionReused()).toBe(true);
  });
});
