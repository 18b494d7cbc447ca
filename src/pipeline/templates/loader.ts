/**
 * Where templates come from: directories, or an object of texts.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FastServeError } from '../../errors.ts';
import { Source } from './language/source.ts';

export interface TemplateLoader {
  /** The text of a template, null when there is none of this name. */
  load(name: string): Source | null;
  /** Whether a source is still what load() would give. */
  isFresh(source: Source): boolean;
  /** All names, for compiling at the start and for suggestions. */
  names(): string[];
}

/** A directory, or several of which the first that has a template gives it. Nothing outside of them is read, also not through links. */
export class FileLoader implements TemplateLoader {
  readonly #roots: readonly string[];
  /** State of the file that a source was read from. */
  readonly #stamps = new WeakMap<Source, { path: string; stamp: string }>();

  /** FastServeError (FS_APP) for a directory that cannot be read. */
  constructor(directories: readonly string[]) {
    this.#roots = directories.map(realRoot);
  }

  load(name: string): Source | null {
    if (!isSafeName(name)) return null;
    for (const root of this.#roots) {
      const found = this.#read(root, name);
      if (found !== null) return found;
    }
    return null;
  }

  isFresh(source: Source): boolean {
    const known = this.#stamps.get(source);
    return known !== undefined && stampOf(known.path) === known.stamp;
  }

  names(): string[] {
    const names = this.#roots.flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => file.split(sep).join('/')),
    );
    return [...new Set(names)].filter((name) => !/(^|\/)\./.test(name)).sort();
  }

  #read(root: string, name: string): Source | null {
    try {
      const path = realpathSync(join(root, name));
      if (!path.startsWith(root + sep) || !statSync(path).isFile()) return null;
      const stamp = stampOf(path);
      const source = new Source(name, readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), shownName(path));
      this.#stamps.set(source, { path, stamp });
      return source;
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG'].includes((error as { code?: string }).code ?? '')) return null;
      throw error;
    }
  }
}

/** Templates from an object: { 'page.html': 'Hello {{ name }}' }. For tests and mails. */
export class TextLoader implements TemplateLoader {
  readonly #texts: Readonly<Record<string, string>>;

  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = texts;
  }

  load(name: string): Source | null {
    return Object.hasOwn(this.#texts, name) ? new Source(name, this.#texts[name] as string) : null;
  }

  isFresh(source: Source): boolean {
    return Object.hasOwn(this.#texts, source.name) && this.#texts[source.name] === source.text;
  }

  names(): string[] {
    return Object.keys(this.#texts);
  }
}

/** The name that "./row.html" or "../base.html" means inside of another template. Other names stay as they are. */
export function resolveName(name: string, from: string): string {
  if (!name.startsWith('./') && !name.startsWith('../')) return name;
  const parts = from.split('/').slice(0, -1);
  for (const part of name.split('/')) {
    if (part === '..') {
      // Above the root: a name that no loader has.
      if (parts.pop() === undefined) return name;
    } else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Plain names with "/" between folders; nothing that could mean a place outside. */
function isSafeName(name: string): boolean {
  return (
    name !== '' &&
    !/[\0\\]/.test(name) &&
    !name.startsWith('/') &&
    !name.split('/').some((part) => part === '..' || part === '.' || part === '')
  );
}

/** The path of a directory option: a path or a file: URL. FastServeError (FS_APP) that names `owner` for something else. */
export function directoryOf(directory: unknown, owner: string): string {
  if (typeof directory === 'string' && directory !== '') return resolve(directory);
  if (directory instanceof URL && directory.protocol === 'file:') return fileURLToPath(directory);
  throw new FastServeError('FS_APP', `${owner}: directory is ${String(directory) || 'empty'}; expected a path or a file: URL`);
}

function realRoot(directory: string): string {
  try {
    const root = realpathSync(directory);
    readdirSync(root);
    return root;
  } catch (cause) {
    throw new FastServeError('FS_APP', `templates(): the directory ${directory} cannot be read; does it exist?`, { cause });
  }
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? 'gone' : `${stat.mtimeNs}:${stat.size}:${stat.ino}`;
}

/** Relative to where the process was started, if that is shorter to read. */
function shownName(path: string): string {
  const shown = relative(process.cwd(), path);
  return shown.startsWith('..') ? path : shown.split(sep).join('/');
}
