/** Where the control socket of a site is, unless the configuration says it. Server and client compute the same. */
import { realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * In $XDG_RUNTIME_DIR, or else in a directory of this user below the system's temporary one; named by the directory that is
 * served, so that its own tools find it.
 */
export function defaultSocketPath(directory: string, environment: NodeJS.ProcessEnv): string {
  return join(runDirectory(environment), `${hashOf(realPath(directory))}.sock`);
}

/** Made with mode 0700 by whoever opens a socket in it. */
export function runDirectory(environment: NodeJS.ProcessEnv): string {
  const runtime = environment['XDG_RUNTIME_DIR'];
  if (runtime !== undefined && runtime.startsWith('/')) return join(runtime, 'fastserve');
  return join(tmpdir(), `fastserve-${userInfo().uid}`);
}

function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}

/** FNV-1a, 64 bits: only this user's own directories are told apart by it, and node:crypto takes longer to load than all else that opens the socket. */
function hashOf(path: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(path)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
