/** A certificate for 127.0.0.1 that every server of a run uses: ECDSA P-256, as certificate authorities hand out. */
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

/** @returns {{ cert: string, key: string }} files in `directory`, readable for servers that change their user */
export function makeCertificate(directory) {
  const cert = join(directory, 'cert.pem');
  const key = join(directory, 'key.pem');
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert,
  ], { stdio: ['ignore', 'ignore', 'pipe'] });
  chmodSync(directory, 0o755);
  chmodSync(key, 0o644);
  return { cert, key };
}
