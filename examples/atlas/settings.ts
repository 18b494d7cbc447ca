/**
 * What differs from one installation to the next: where the atlas keeps its data, and the key it signs with. Read by the
 * application in every worker and by the configuration in the main thread, so everything here may happen several times at once.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Everything that visitors have written; kept out of version control. ATLAS_DATA puts it elsewhere. */
export const dataDirectory = resolve(process.env['ATLAS_DATA'] ?? fileURLToPath(new URL('./var/', import.meta.url)));

/** Pictures that visitors have uploaded, served under /uploads/. */
export const uploadDirectory = join(dataDirectory, 'uploads');

mkdirSync(uploadDirectory, { recursive: true });

/** Signs cookies: SECRET_KEY of the environment, else a key that the first start makes and keeps. */
export function secretKey(): string {
  return process.env['SECRET_KEY'] ?? readOrMake(join(dataDirectory, 'secret-key'));
}

/** A file appears whole under its name or not at all, so that workers that start together agree on one key. */
function readOrMake(path: string): string {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(unfinished, randomBytes(48).toString('base64url'), { mode: 0o600 });
  try {
    linkSync(unfinished, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(unfinished);
  }
  return readFileSync(path, 'utf8');
}
