/** Makes a self-signed certificate (RFC 5280) for this machine's own names. Needs nothing but node:crypto. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import * as der from './der.ts';

export interface SelfSigned {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
};
/** Context-specific tags: GeneralName (RFC 5280 4.2.1.6), version and extensions of TBSCertificate (4.1). */
const TAG = { dnsName: 0x82, ipAddress: 0x87, version: 0xa0, extensions: 0xa3 };

const LOOPBACK_4 = Buffer.from([127, 0, 0, 1]);
const LOOPBACK_6 = Buffer.from([...Buffer.alloc(15), 1]);

/**
 * For localhost, names below it, 127.0.0.1 and ::1, between two times. It is no authority: who trusts it trusts nothing else.
 * Key usage is left out because OpenSSL accepts a trusted certificate as its own issuer only without it.
 */
export function selfSignedForLocalhost(from: Date, until: Date): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = der.sequence(der.objectId(OID.ecdsaWithSha256));
  const name = der.sequence(attribute(OID.organization, 'fastserve, for this machine only'), attribute(OID.commonName, 'localhost'));
  const body = der.sequence(
    der.tagged(TAG.version, der.integer(Buffer.from([2]))),
    der.integer(randomBytes(16)),
    algorithm,
    name,
    der.sequence(der.time(from), der.time(until)),
    name,
    spki,
    der.tagged(TAG.extensions, der.sequence(...extensions(spki))),
  );
  const certificate = der.sequence(body, algorithm, der.bitString(sign('sha256', body, privateKey)));
  return { cert: pem('CERTIFICATE', certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

function attribute(type: string, value: string): Buffer {
  return der.set(der.sequence(der.objectId(type), der.utf8(value)));
}

function extensions(spki: Uint8Array): Buffer[] {
  const names = [
    der.tagged(TAG.dnsName, Buffer.from('localhost')),
    der.tagged(TAG.dnsName, Buffer.from('*.localhost')),
    der.tagged(TAG.ipAddress, LOOPBACK_4),
    der.tagged(TAG.ipAddress, LOOPBACK_6),
  ];
  const identifier = createHash('sha256').update(spki).digest().subarray(0, 20);
  return [
    extension(OID.basicConstraints, true, der.sequence()),
    extension(OID.extendedKeyUsage, false, der.sequence(der.objectId(OID.serverAuthentication))),
    extension(OID.subjectAlternativeName, false, der.sequence(...names)),
    extension(OID.subjectKeyIdentifier, false, der.octetString(identifier)),
  ];
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return der.sequence(der.objectId(id), ...(critical ? [der.boolean(true)] : []), der.octetString(value));
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
