/** OCSP responses given with the handshake (RFC 6066 8): what clients get, and what is refused before the start. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type FastServer, serve, type TlsConfig } from '../../dist/index.js';
import { directoryWith, inline, takeErrors } from '../support/servers.ts';
import { type CertificateFiles, certificate, hasOpenssl, portOf } from '../support/tls.ts';

const run = promisify(execFile);

let directory: string;
let authority: CertificateFiles;
let site: CertificateFiles;

beforeEach(async () => {
  if (!hasOpenssl) return;
  directory = await directoryWith();
  authority = await certificate(directory, 'authority');
  site = await certificate(directory, 'site', { issuer: authority });
});

/** What the authority says of a certificate, in a file: "V" for valid, "R" for revoked. It ends in a day. */
async function response(name: string, of: CertificateFiles, state: 'V' | 'R' = 'V'): Promise<string> {
  const [index, request, file] = ['index', 'request', 'ocsp'].map((kind) => join(directory, `${name}.${kind}`)) as [string, string, string];
  const { serialNumber } = new X509Certificate(await readFile(of.cert));
  await writeFile(index, `${state}\t450101000000Z\t${state === 'R' ? '250101000000Z' : ''}\t${serialNumber}\tunknown\t/CN=x\n`);
  await run('openssl', ['ocsp', '-issuer', authority.cert, '-cert', of.cert, '-no_nonce', '-reqout', request]);
  const signer = ['-CA', authority.cert, '-rsigner', authority.cert, '-rkey', authority.key];
  await run('openssl', ['ocsp', '-index', index, ...signer, '-ndays', '1', '-reqin', request, '-respout', file]);
  return file;
}

/** Its nextUpdate, [0] EXPLICIT GeneralizedTime, becomes a time that has passed. */
async function end(file: string): Promise<void> {
  const bytes = await readFile(file);
  const at = bytes.indexOf(Buffer.from([0xa0, 0x11, 0x18, 0x0f]));
  expect(at).toBeGreaterThan(0);
  bytes.write('20200102030405Z', at + 4, 'latin1');
  await writeFile(file, bytes);
}

function secure(tls: Partial<TlsConfig>): Promise<FastServer> {
  return inline((_request, respond) => respond(200, [], 'ok'), { listen: { port: 0, tls: { ...site, ...tls } } });
}

/** The response that a client gets which asks for one; null where it gets none. */
async function stapled(server: FastServer, options: ConnectionOptions & { requestOCSP?: boolean } = {}): Promise<Buffer | null> {
  const all = { host: '127.0.0.1', port: portOf(server), rejectUnauthorized: false, requestOCSP: true, ...options };
  const client = connect(all);
  let given: Buffer | null = null;
  client.on('OCSPResponse', (bytes: Buffer | null) => {
    given = bytes;
  });
  await once(client, 'secureConnect');
  client.destroy();
  return given;
}

/** The message with which a server does not start. */
async function complaint(tls: Partial<TlsConfig>): Promise<string> {
  const starting = serve({ static: [{ prefix: '/', root: directory }], listen: { port: 0, tls: { ...site, ...tls } } });
  return starting.then(
    () => expect.unreachable('the server started'),
    (error: Error) => error.message.replaceAll(directory, ''),
  );
}

describe.skipIf(!hasOpenssl)('an OCSP response', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('goes to a client that asks for it over %s', async (version) => {
    const ocsp = await response('site', site);
    const server = await secure({ ocsp });
    expect(await stapled(server, { minVersion: version, maxVersion: version })).toEqual(await readFile(ocsp));
  });

  it('is taken by a client that verifies it', async () => {
    const server = await secure({ ocsp: await response('site', site) });
    const client = run('openssl', ['s_client', '-connect', `127.0.0.1:${portOf(server)}`, '-status', '-CAfile', authority.cert]);
    client.child.stdin?.end();
    const { stdout } = await client;
    expect(stdout).toContain('OCSP Response Status: successful');
    expect(stdout).toContain('Cert Status: good');
  });

  it('is not sent to a client that did not ask', async () => {
    const server = await secure({ ocsp: await response('site', site) });
    expect(await stapled(server, { requestOCSP: false })).toBeNull();
  });

  it('belongs to the certificate of the name that was asked for', async () => {
    const other = await certificate(directory, 'other', { issuer: authority, names: ['other.example'] });
    const [ours, theirs] = [await response('site', site), await response('other', other)];
    const server = await secure({ ocsp: ours, sni: [{ names: ['other.example'], ...other, ocsp: theirs }] });
    expect(await stapled(server, { servername: 'other.example' })).toEqual(await readFile(theirs));
    expect(await stapled(server, { servername: 'localhost' })).toEqual(await readFile(ours));
  });

  it('that replaces another on disk goes to the next clients', async () => {
    const ocsp = await response('site', site);
    const server = await secure({ ocsp });
    const fresh = await response('fresh', site);
    const bytes = await readFile(fresh);
    await rename(fresh, ocsp);
    await vi.waitFor(async () => expect(await stapled(server)).toEqual(bytes), { timeout: 10_000 });
  });

  it('that has ended is not sent, and the operator is told', async () => {
    const errors = takeErrors();
    const ocsp = await response('site', site);
    await end(ocsp);
    const server = await secure({ ocsp });
    expect(await stapled(server)).toBeNull();
    expect(errors()).toMatch(/listen\[0\]\.tls\.ocsp: the OCSP response in ".*site\.ocsp" ended on Thu, 02 Jan 2020 03:04:05 GMT; clients get none\./);
  });

  it('of another certificate is refused', async () => {
    const other = await certificate(directory, 'other', { issuer: authority });
    expect(await complaint({ ocsp: await response('other', other) })).toMatch(/listen\[0\]\.tls\.ocsp: got ".*other\.ocsp", expected an OCSP response that clients take for the certificate: it is about another certificate\./);
  });

  it('that says "revoked" is refused', async () => {
    expect(await complaint({ ocsp: await response('site', site, 'R') })).toContain('it says that the certificate is revoked');
  });

  it('that is none is refused, as is a file that is missing', async () => {
    expect(await complaint({ ocsp: site.cert })).toContain('it is no OCSP response in DER form. Ask the authority for a new one');
    expect(await complaint({ ocsp: join(directory, 'none') })).toContain('where there is no file, expected an OCSP response in DER form. Make it');
  });

  it('that has bytes behind it, or is cut, is refused', async () => {
    const ocsp = await response('site', site);
    const bytes = await readFile(ocsp);
    for (const broken of [Buffer.concat([bytes, Buffer.from([0])]), bytes.subarray(0, -1), Buffer.alloc(0)]) {
      await writeFile(ocsp, broken);
      expect(await complaint({ ocsp })).toContain('it is no OCSP response in DER form');
    }
  });

  it('that is a refusal of the authority is named', async () => {
    const refusal = join(directory, 'refusal');
    await writeFile(refusal, Buffer.from([0x30, 0x03, 0x0a, 0x01, 0x03])); // tryLater (RFC 6960 4.2.1)
    expect(await complaint({ ocsp: refusal })).toContain('the authority refused to answer: trylater');
  });
});
