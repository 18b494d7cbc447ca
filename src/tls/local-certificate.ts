/**
 * The certificate of `fastserve start --https`: made once for each user and kept, so that it needs to be trusted only once.
 *
 * DESIGN: certificate and key are a directory that is renamed into its place, so that two servers which start at once never mix
 * the one's certificate with the other's key. A self-signed leaf and not an authority of our own: a stolen key then speaks for
 * localhost and for nothing else.
 */
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { selfSignedForLocalhost } from './self-signed.ts';

/** Absolute paths of PEM files. */
export interface LocalCertificate {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
/** The longest that every browser accepts of a certificate that its user trusts. */
const VALID_DAYS = 825;
/** Renewed before it ends, never while a server that uses it is likely to run on. */
const RENEWED_DAYS = 30;
/** A second round is for a server that moved away what was put there a moment ago. */
const MAX_ROUNDS = 3;

/**
 * The certificate in the user's cache directory ($XDG_CACHE_HOME, else ~/.cache), made when there is none or when it ends soon.
 * Directories have the mode 0700, files 0600. Throws ConfigError when it cannot be kept there.
 */
export async function localCertificate(environment: NodeJS.ProcessEnv): Promise<LocalCertificate> {
  const cache = cacheDirectory(environment);
  const directory = join(cache, 'local-certificate');
  try {
    await mkdir(cache, { recursive: true, mode: 0o700 });
    await requireOwn(cache);
    if (!(await isUsable(directory))) await renew(cache, directory);
    return pathsIn(directory);
  } catch (error) {
    const text = `the certificate for localhost cannot be kept in ${JSON.stringify(cache)}: ${(error as Error).message}. Make the directory writable for you alone, or set XDG_CACHE_HOME to another.`;
    throw new ConfigError('command line', [{ path: '--https', text }], { cause: error });
  }
}

function cacheDirectory({ XDG_CACHE_HOME: given = '' }: NodeJS.ProcessEnv): string {
  // The XDG Base Directory Specification has relative paths ignored.
  return join(isAbsolute(given) ? given : join(homedir(), '.cache'), 'fastserve');
}

function pathsIn(directory: string): LocalCertificate {
  return { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
}

/** Who can write the directory can exchange the key. */
async function requireOwn(directory: string): Promise<void> {
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== userInfo().uid) throw new Error('it is no directory of this user');
  if ((found.mode & 0o077) !== 0) await chmod(directory, 0o700);
}

async function isUsable(directory: string): Promise<boolean> {
  const { cert, key } = pathsIn(directory);
  try {
    await requireOwn(directory);
    const certificate = new X509Certificate(await readFile(cert));
    const ends = Date.parse(certificate.validTo);
    if (!certificate.checkPrivateKey(createPrivateKey(await readFile(key)))) return false;
    await chmod(key, 0o600);
    return ends - Date.now() > RENEWED_DAYS * DAY_MS;
  } catch {
    return false;
  }
}

async function renew(cache: string, directory: string): Promise<void> {
  const fresh = join(cache, `.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  const old = fresh.replace('.new-', '.old-');
  const { cert, key } = pathsIn(fresh);
  const now = Date.now();
  const made = selfSignedForLocalhost(new Date(now - DAY_MS), new Date(now + VALID_DAYS * DAY_MS));
  try {
    await mkdir(fresh, { mode: 0o700 });
    await writeFile(key, made.key, { mode: 0o600 });
    await writeFile(cert, made.cert, { mode: 0o600 });
    await mkdir(old, { mode: 0o700 });
    await install(fresh, directory, old);
  } finally {
    await Promise.all([fresh, old].map((path) => rm(path, { recursive: true, force: true })));
  }
}

/**
 * Puts the fresh directory into its place, unless another server was faster: its certificate is as good. A rename never replaces
 * a directory with content, so only what is of no use is moved away, and of servers that start at once one wins.
 */
async function install(fresh: string, directory: string, old: string): Promise<void> {
  for (let round = 0; ; round += 1) {
    try {
      await rename(fresh, directory);
      return;
    } catch (error) {
      if (await isUsable(directory)) return;
      if (round === MAX_ROUNDS) throw error;
    }
    await rename(directory, join(old, String(round))).catch(ignoreMissing);
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
