/**
 * Certificates from their files, checked as far as Node can: before the start, and again whenever a file changes.
 * Every problem names the key of the configuration, the file, and what to do.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ConfigProblem } from '../../errors.ts';
import type { NativeTls } from '../../native/binding.ts';
import { native } from '../../native/load.ts';
import { show } from '../values/show.ts';
import type { CertificateFiles, TlsFiles } from '../types.ts';

const NO_RESPONSE = new Uint8Array();

/** What a listener needs, or why it cannot have it. `warnings` are sentences for the operator. */
export interface LoadedTls {
  tls: NativeTls;
  problems: ConfigProblem[];
  warnings: string[];
}

/** Reads and checks all files of one listener; `path` is its key, "listen[0].tls". Never rejects. */
export async function loadTls(files: TlsFiles, path: string): Promise<LoadedTls> {
  const loaded: LoadedTls = {
    tls: { certificates: [], ca: '', clientCertificates: files.clientCertificates, minVersion: files.minVersion },
    problems: [],
    warnings: [],
  };
  for (const [index, certificate] of files.certificates.entries()) {
    const place = index === 0 ? path : `${path}.sni[${index - 1}]`;
    loaded.tls.certificates.push(await loadCertificate(certificate, place, loaded));
  }
  if (files.ca !== undefined) {
    loaded.tls.ca = await readPem(files.ca, `${path}.ca`, loaded.problems);
    checkCertificates(loaded.tls.ca, files.ca, `${path}.ca`, loaded);
  }
  return loaded;
}

/** Every file that a change of which calls for loading again. */
export function filesOf(files: TlsFiles): string[] {
  const names = files.certificates.flatMap(({ cert, key, ocsp }) => (ocsp === undefined ? [cert, key] : [cert, key, ocsp]));
  return files.ca === undefined ? names : [...names, files.ca];
}

async function loadCertificate(files: CertificateFiles, path: string, loaded: LoadedTls): Promise<NativeTls['certificates'][number]> {
  const cert = await readPem(files.cert, `${path}.cert`, loaded.problems);
  const key = await readPem(files.key, `${path}.key`, loaded.problems);
  const leaf = checkCertificates(cert, files.cert, `${path}.cert`, loaded)[0];
  const privateKey = key === '' ? undefined : parseKey(key, files.key, `${path}.key`, loaded.problems);
  if (leaf !== undefined && privateKey !== undefined && !leaf.checkPrivateKey(privateKey)) {
    const text = `got ${show(files.key)}, which does not match the certificate in ${show(files.cert)}, expected its private key. Name the key that the certificate was made with.`;
    loaded.problems.push({ path: `${path}.key`, text });
  }
  const ocsp = files.ocsp === undefined || leaf === undefined ? NO_RESPONSE : await readOcsp(files.ocsp, leaf, `${path}.ocsp`, loaded);
  return { names: [...files.names], cert, key, ocsp };
}

/** An OCSP response that clients take with the certificate; none with a problem, or with a warning where it has ended. */
async function readOcsp(file: string, leaf: X509Certificate, path: string, { problems, warnings }: LoadedTls): Promise<Uint8Array> {
  const fix = 'Ask the authority for a new one (openssl ocsp -respout), or remove ocsp.';
  let response: Buffer;
  try {
    response = await readFile(file);
  } catch (error) {
    problems.push({ path, text: `got ${show(file)}, ${readFailure((error as NodeJS.ErrnoException).code, 'an OCSP response in DER form')}` });
    return NO_RESPONSE;
  }
  const end = native().ocspEnd(response, leaf.toString());
  if (typeof end === 'string') {
    problems.push({ path, text: `got ${show(file)}, expected an OCSP response that clients take for the certificate: ${end}. ${fix}` });
    return NO_RESPONSE;
  }
  if (end <= Date.now()) {
    warnings.push(`${path}: the OCSP response in ${show(file)} ended on ${new Date(end).toUTCString()}; clients get none. ${fix}`);
    return NO_RESPONSE;
  }
  return response;
}

/** The text of a file, "" with a problem when it cannot be read. */
async function readPem(file: string, path: string, problems: ConfigProblem[]): Promise<string> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    problems.push({ path, text: `got ${show(file)}, ${readFailure((error as NodeJS.ErrnoException).code, 'a PEM file')}` });
    return '';
  }
}

function readFailure(code: string | undefined, expected: string): string {
  if (code === 'ENOENT') return `where there is no file, expected ${expected}. Make it, or correct the path (it is relative to the configuration file).`;
  if (code === 'EACCES' || code === 'EPERM') return `which this user may not read, expected ${expected}. Change its owner or mode.`;
  return `which cannot be read (${code}), expected ${expected}. Correct the path.`;
}

/** The certificates of a file, leaf first; none with a problem. "" has its problem already. */
function checkCertificates(pem: string, file: string, path: string, loaded: LoadedTls): X509Certificate[] {
  if (pem === '') return [];
  const blocks = pem.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g) ?? [];
  try {
    const certificates = blocks.map((block) => new X509Certificate(block));
    if (certificates.length > 0) {
      for (const certificate of certificates) warnAboutTime(certificate, file, path, loaded.warnings);
      return certificates;
    }
  } catch {
    // Said below: a block that is no certificate, and a file without one, are the same mistake.
  }
  const text = `got ${show(file)}, expected one or more PEM certificates ("-----BEGIN CERTIFICATE-----"), the server's own first. Convert the file with openssl x509.`;
  loaded.problems.push({ path, text });
  return [];
}

function warnAboutTime(certificate: X509Certificate, file: string, path: string, warnings: string[]): void {
  const now = Date.now();
  const subject = show(certificate.subject.replaceAll('\n', ', '));
  if (now > Date.parse(certificate.validTo)) {
    warnings.push(`${path}: the certificate ${subject} in ${show(file)} expired on ${certificate.validTo}; clients will refuse it. Renew it.`);
  } else if (now < Date.parse(certificate.validFrom)) {
    warnings.push(`${path}: the certificate ${subject} in ${show(file)} is not valid before ${certificate.validFrom}; clients will refuse it. Check the clock.`);
  }
}

function parseKey(pem: string, file: string, path: string, problems: ConfigProblem[]): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const encrypted = (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE';
    const found = encrypted ? 'which is encrypted, expected' : 'expected';
    const fix = encrypted ? 'Decrypt it with openssl pkey and protect the file by its mode.' : 'Name the file with "-----BEGIN PRIVATE KEY-----".';
    problems.push({ path, text: `got ${show(file)}, ${found} a private key in PEM form without a passphrase. ${fix}` });
    return undefined;
  }
}
