/** Brings the catalogues of a site up to what its sources say. Main thread of the command. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type MergedCatalogue, mergeCatalogue } from '../catalogue/merge.ts';
import { readPo } from '../catalogue/po-reader.ts';
import { FastServeError } from '../errors.ts';
import { collectMessages } from './collect.ts';

/** What to make. */
export interface MakeOptions {
  /** The directory of the site: its sources are below. */
  readonly site: string;
  /** Holds the catalogues. */
  readonly directory: string;
  readonly domain: string;
  /** Tags; none: those that there are catalogues for. */
  readonly languages: readonly string[];
  /** Paths from the site that hold no sources. */
  readonly ignore: readonly string[];
}

/** What became of one catalogue. */
export interface MadeCatalogue extends Omit<MergedCatalogue, 'text'> {
  readonly language: string;
  readonly file: string;
}

/**
 * Writes the catalogues. Nothing is written before all sources and catalogues were read. FastServeError (FS_APP) for one that is broken, for a tag that
 * is none, and when there is no language to make a catalogue for.
 */
export async function makeMessages({ site, directory, domain, languages, ignore }: MakeOptions): Promise<MadeCatalogue[]> {
  const there = await foldersOf(directory, domain);
  const wanted = languages.length === 0 ? there : languages.map(canonical);
  if (wanted.length === 0) throw new FastServeError('FS_APP', `there are no catalogues in ${directory} yet; say for which languages: --locale de`);
  const found = await collectMessages(site, ignore);
  const made = await Promise.all(
    wanted.map(async (language) => {
      const folder = there.find((each) => each.replaceAll('_', '-').toLowerCase() === language.replaceAll('_', '-').toLowerCase()) ?? language.replaceAll('-', '_');
      const file = join(directory, folder, 'LC_MESSAGES', `${domain}.po`);
      const before = await textIfThere(file);
      return { file, language: language.replaceAll('_', '-'), merged: mergeCatalogue(before === null ? null : readPo(before, file), found, language.replaceAll('_', '-'), file) };
    }),
  );
  for (const { file, merged } of made) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, merged.text);
  }
  return made.map(({ file, language, merged: { text: _, ...counts } }) => ({ language, file, ...counts }));
}

function canonical(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0] as string;
  } catch {
    throw new FastServeError('FS_APP', `--locale is ${JSON.stringify(tag)}; expected a language tag such as "de" or "pt-BR"`);
  }
}

/** Folders that hold a catalogue of the domain: "de", "pt_BR". */
async function foldersOf(directory: string, domain: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : Promise.reject(error)));
  const folders: string[] = [];
  for (const name of names.sort()) if ((await textIfThere(join(directory, name, 'LC_MESSAGES', `${domain}.po`))) !== null) folders.push(name);
  return folders;
}

async function textIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
