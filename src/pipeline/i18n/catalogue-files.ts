/** The files of catalogues: where they are, and what is in them. Main thread and workers, while they start. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuseAt } from '../../catalogue/catalogue-error.ts';
import type { PoFile } from '../../catalogue/po-entry.ts';
import { readPo } from '../../catalogue/po-reader.ts';
import { FastServeError } from '../../errors.ts';

/** A catalogue that was read. */
export interface CatalogueFile {
  readonly file: string;
  readonly po: PoFile;
}

/** Where the catalogue of a language may be: in Django's spelling, then in that of BCP 47. */
export function catalogueFiles(directory: string | URL, language: string, domain: string): string[] {
  const path = directory instanceof URL ? fileURLToPath(directory) : directory;
  const names = new Set([language.replaceAll('-', '_'), language]);
  return [...names].map((name) => join(path, name, 'LC_MESSAGES', `${domain}.po`));
}

/** The catalogue of a language, null where there is none. FastServeError (FS_APP) for one that is broken. */
export function readCatalogue(directory: string | URL, language: string, domain: string): CatalogueFile | null {
  for (const file of catalogueFiles(directory, language, domain)) {
    const bytes = readIfThere(file);
    if (bytes !== null) return { file, po: readPo(textOf(bytes, file), file) };
  }
  return null;
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FastServeError('FS_APP', `the catalogue ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function textOf(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const whole = bytes.toString('utf8');
    const line = whole.slice(0, whole.indexOf('\uFFFD')).split('\n').length;
    return refuseAt(file, line, 'this is not UTF-8; convert the catalogue: msgconv --to-code=UTF-8');
  }
}
