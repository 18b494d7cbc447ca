/** Goes through the sources of a site and gathers their messages. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, resolve, sep } from 'node:path';
import type { FoundMessage } from '../catalogue/merge.ts';
import { FastServeError } from '../errors.ts';
import { messagesOfTemplate } from '../pipeline/templates/index.ts';
import { messagesOfScript } from './script-messages.ts';

type Extract = (file: string, text: string) => readonly Omit<FoundMessage, 'reference'>[];

const script =
  (language: 'js' | 'jsx' | 'ts' | 'tsx'): Extract =>
  (_file, text) =>
    messagesOfScript(text, language);
const BY_ENDING: Readonly<Record<string, Extract>> = {
  '.js': script('js'),
  '.mjs': script('js'),
  '.cjs': script('js'),
  '.jsx': script('jsx'),
  '.ts': script('ts'),
  '.mts': script('ts'),
  '.cts': script('ts'),
  '.tsx': script('tsx'),
  ...Object.fromEntries(['.html', '.htm', '.njk', '.jinja', '.xml', '.svg', '.txt'].map((ending) => [ending, messagesOfTemplate])),
};
/** What holds no sources of the site. */
const NEVER = new Set(['node_modules', 'LC_MESSAGES']);

/**
 * The messages of all templates and modules below a directory, files in alphabetical order. Directories that begin with a dot, node_modules and
 * `ignore` (paths from the directory) are passed over. FastServeError (FS_APP) for a file that cannot be read, with its name.
 */
export async function collectMessages(directory: string, ignore: readonly string[]): Promise<FoundMessage[]> {
  const ignored = new Set(ignore.map((path) => resolve(directory, path)));
  const messages: FoundMessage[] = [];
  for (const file of await filesBelow(directory, ignored)) {
    const shown = relative(directory, file).split(sep).join('/');
    const text = await readFile(file, 'utf8');
    for (const { context, id, plural, line } of extracted(shown, text)) messages.push({ context, id, plural, reference: `${shown}:${line}` });
  }
  return messages;
}

function extracted(file: string, text: string): readonly (Omit<FoundMessage, 'reference'> & { readonly line: number })[] {
  try {
    return (BY_ENDING[extname(file)] as Extract)(file, text) as never;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new FastServeError('FS_APP', `${message.includes(file) ? message : `${file}: ${message}`}\nIf this is no source of messages, leave it out: --ignore ${file}`, { cause: error });
  }
}

async function filesBelow(directory: string, ignored: ReadonlySet<string>): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.name.startsWith('.') || NEVER.has(entry.name) || ignored.has(path)) continue;
    if (entry.isDirectory()) files.push(...(await filesBelow(path, ignored)));
    else if (entry.isFile() && Object.hasOwn(BY_ENDING, extname(entry.name)) && !entry.name.endsWith('.d.ts')) files.push(path);
  }
  return files;
}
