/** Where the control socket of a site is, unless the configuration says it. Server and client compute the same. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * In $XDG_RUNTIME_DIR, or else in a directory of this user below the system's temporary one; named by the directory that is
 * served, so that its own tools find it.
 */
export function defaultSocketPath(directory: string, environment: NodeJS.ProcessEnv): string {
  const name = createHash('sha256').update(realPath(directory)).digest('hex').slice(0, 16);
  return join(runDirectory(environment), `${name}.sock`);
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
