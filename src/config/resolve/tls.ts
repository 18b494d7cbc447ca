/** From the checked tls, redirect and hsts keys to settings: files absolute and read once, rules between keys. Main thread. */
import { resolve as resolvePath } from 'node:path';
import type { ConfigProblem } from '../../errors.ts';
import { loadTls } from './certificates.ts';
import type { ListenAddress, TlsFiles } from '../types.ts';
import type { HstsSpec, TlsSpec } from '../values/addresses.ts';

/** One year: what browsers ask for before they put a site on their preload lists. */
const DEFAULT_HSTS_SECONDS = 31_536_000;

/** Problems of the files are added to `problems`; the files are read again when the server starts. */
export async function resolveTls(spec: TlsSpec, directory: string, path: string, problems: ConfigProblem[]): Promise<TlsFiles> {
  const absolute = (file: string) => resolvePath(directory, file);
  const filesOf = ({ cert, key, ocsp }: { cert: string; key: string; ocsp: string | undefined }) => ({
    cert: absolute(cert),
    key: absolute(key),
    ocsp: ocsp === undefined ? undefined : absolute(ocsp),
  });
  const own = { names: [] as string[], ...filesOf(spec) };
  const others = (spec.sni ?? []).map((entry) => ({ names: entry.names, ...filesOf(entry) }));
  const files: TlsFiles = {
    certificates: [own, ...others],
    ca: spec.ca === undefined ? undefined : absolute(spec.ca),
    clientCertificates: spec.clientCertificates ?? 'none',
    minVersion: spec.minVersion ?? 'TLSv1.2',
  };
  if (files.clientCertificates !== 'none' && files.ca === undefined) {
    const text = 'needs ca, the certificates that may have signed those of clients. Add for example ca: "clients-ca.pem".';
    problems.push({ path: `${path}.clientCertificates`, text });
  }
  if (files.clientCertificates === 'none' && files.ca !== undefined) {
    problems.push({ path: `${path}.ca`, text: 'is for the certificates of clients, and none are asked for. Add clientCertificates: "require", or remove ca.' });
  }
  problems.push(...(await loadTls(files, path)).problems);
  return files;
}

/** The value of Strict-Transport-Security (RFC 6797 6.1), "" for none. */
export function hstsValue(spec: HstsSpec | undefined): string {
  if (spec === undefined) return '';
  const seconds = spec.maxAge === undefined ? DEFAULT_HSTS_SECONDS : Math.floor(spec.maxAge / 1000);
  return `max-age=${seconds}${spec.includeSubDomains ? '; includeSubDomains' : ''}${spec.preload ? '; preload' : ''}`;
}

/** Rules between listeners, and between them and hsts. */
export function checkTlsTogether(listen: readonly ListenAddress[], hsts: HstsSpec | undefined, problems: ConfigProblem[]): void {
  const secure = listen.some((address) => !('unix' in address) && address.tls !== undefined);
  for (const [index, address] of listen.entries()) {
    if ('unix' in address || address.redirect === undefined) continue;
    if (address.tls !== undefined) {
      problems.push({ path: `listen[${index}].redirect`, text: 'is for a plain listener, and this one has tls. Remove one of the two.' });
    } else if (!secure) {
      problems.push({ path: `listen[${index}].redirect`, text: 'needs a listener with tls to lead to. Add one, for example { port: 443, tls: { cert: "site.pem", key: "site.key" } }.' });
    }
  }
  if (hsts !== undefined && !secure) {
    problems.push({ path: 'hsts', text: 'is sent over TLS only, and no listener has tls. Add tls to a listener, or remove hsts.' });
  }
  if (hsts?.preload && (!hsts.includeSubDomains || (hsts.maxAge !== undefined && hsts.maxAge < DEFAULT_HSTS_SECONDS * 1000))) {
    problems.push({ path: 'hsts.preload', text: 'needs includeSubDomains: true and a maxAge of at least 365d; browsers accept nothing else. Set them, or remove preload.' });
  }
}
