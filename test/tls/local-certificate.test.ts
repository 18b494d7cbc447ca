/** The certificate of --https: what it says, where it is kept, when it is made anew. */
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as der from '../../src/tls/der.ts';
import { localCertificate } from '../../src/tls/local-certificate.ts';
import { selfSignedForLocalhost } from '../../src/tls/self-signed.ts';
import { directoryWith } from '../support/servers.ts';
import { hasOpenssl } from '../support/tls.ts';

const DAY_MS = 86_400_000;

describe('DER', () => {
  it.each([
    ['a short length', der.octetString(Buffer.alloc(127)).subarray(0, 2), '047f'],
    ['a length of one byte', der.octetString(Buffer.alloc(128)).subarray(0, 3), '048180'],
    ['a length of two bytes', der.octetString(Buffer.alloc(256)).subarray(0, 4), '04820100'],
    ['an integer with a high bit', der.integer(Buffer.from([0x80])), '02020080'],
    ['an integer with zeros in front', der.integer(Buffer.from([0, 0, 5])), '020105'],
    ['zero', der.integer(Buffer.from([0])), '020100'],
    ['an object identifier', der.objectId('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
    ['a time before 2050', der.time(new Date('2049-12-31T23:59:59Z')), `170d${Buffer.from('491231235959Z').toString('hex')}`],
    ['a time from 2050 on', der.time(new Date('2050-01-01T00:00:00Z')), `180f${Buffer.from('20500101000000Z').toString('hex')}`],
  ])('writes %s', (_what, bytes, expected) => {
    expect(bytes.toString('hex')).toBe(expected);
  });
});

describe('a self-signed certificate', () => {
  const made = selfSignedForLocalhost(new Date('2026-01-02T03:04:05Z'), new Date('2060-01-01T00:00:00Z'));
  const certificate = new X509Certificate(made.cert);

  it('is for this machine only, and no authority', () => {
    expect(certificate.subjectAltName).toBe('DNS:localhost, DNS:*.localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect([certificate.checkHost('localhost'), certificate.checkIP('127.0.0.1'), certificate.checkIP('::1'), certificate.checkHost('example.com')]).toEqual(['localhost', '127.0.0.1', '::1', undefined]);
    expect(certificate.ca).toBe(false);
  });

  it('holds between its two times', () => {
    expect([Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]).toEqual([Date.parse('2026-01-02T03:04:05Z'), Date.parse('2060-01-01T00:00:00Z')]);
  });

  it('is signed by its own key', () => {
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it.skipIf(!hasOpenssl)('is one that OpenSSL believes when it is trusted', async () => {
    const directory = await directoryWith({ 'cert.pem': made.cert });
    const file = join(directory, 'cert.pem');
    expect(execFileSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', file, file], { encoding: 'utf8' })).toBe(`${file}: OK\n`);
  });
});

describe('the certificate of a user', () => {
  it('is made once and kept for its user alone', async () => {
    const cache = await directoryWith();
    const first = await localCertificate({ XDG_CACHE_HOME: cache });
    expect(first.cert).toBe(join(cache, 'fastserve/local-certificate/cert.pem'));
    const text = await readFile(first.cert, 'utf8');
    expect(await localCertificate({ XDG_CACHE_HOME: cache })).toEqual(first);
    expect(await readFile(first.cert, 'utf8')).toBe(text);
    expect((await stat(first.key)).mode & 0o777).toBe(0o600);
    expect((await stat(join(cache, 'fastserve'))).mode & 0o777).toBe(0o700);
  });

  it('is one that several starts at once agree on', async () => {
    const cache = await directoryWith();
    const given = await Promise.all(Array.from({ length: 8 }, () => localCertificate({ XDG_CACHE_HOME: cache })));
    const [{ cert, key }] = given as [(typeof given)[number]];
    expect(new X509Certificate(await readFile(cert)).checkPrivateKey(createPrivateKey(await readFile(key)))).toBe(true);
    expect(await readdir(join(cache, 'fastserve'))).toEqual(['local-certificate']);
  });

  it.each([
    ['ends soon', async (cache: string) => keep(cache, selfSignedForLocalhost(new Date(Date.now() - DAY_MS), new Date(Date.now() + 20 * DAY_MS)))],
    ['has the key of another', async (cache: string) => keep(cache, { ...fresh(), key: fresh().key })],
    ['is none', async (cache: string) => keep(cache, { cert: 'none', key: 'none' })],
  ])('is made anew when it %s', async (_why, prepare) => {
    const cache = await directoryWith();
    await prepare(cache);
    const before = await readFile(join(cache, 'fastserve/local-certificate/cert.pem'), 'utf8');
    const { cert } = await localCertificate({ XDG_CACHE_HOME: cache });
    expect(await readFile(cert, 'utf8')).not.toBe(before);
    expect(Date.parse(new X509Certificate(await readFile(cert)).validTo) - Date.now()).toBeGreaterThan(800 * DAY_MS);
  });

  it('takes back what others may read', async () => {
    const cache = await directoryWith();
    const { key } = await localCertificate({ XDG_CACHE_HOME: cache });
    await chmod(key, 0o644);
    await localCertificate({ XDG_CACHE_HOME: cache });
    expect((await stat(key)).mode & 0o777).toBe(0o600);
  });

  it('needs a directory; without one the error says which', async () => {
    const cache = join(await directoryWith({ file: '' }), 'file');
    await expect(localCertificate({ XDG_CACHE_HOME: cache })).rejects.toMatchObject({
      code: 'FS_CONFIG',
      message: expect.stringMatching(/^command line: --https: the certificate for localhost cannot be kept in ".*\/file\/fastserve": ENOTDIR.*set XDG_CACHE_HOME to another\.$/),
    });
  });
});

function fresh(): { cert: string; key: string } {
  return selfSignedForLocalhost(new Date(Date.now() - DAY_MS), new Date(Date.now() + 400 * DAY_MS));
}

async function keep(cache: string, { cert, key }: { cert: string; key: string }): Promise<void> {
  const directory = join(cache, 'fastserve/local-certificate');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'cert.pem'), cert);
  await writeFile(join(directory, 'key.pem'), key);
}
