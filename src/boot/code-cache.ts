/**
 * Code that V8 made of our JavaScript, kept in the user's cache directory: the next start takes it from there instead of
 * compiling. Any thread. Imports nothing: it runs before everything else.
 *
 * A file is "<identity>\n<data of V8>", or "<identity> draft\n<data of V8>". What is not ours, not whole, of another version or of another user is as if it were not
 * there; V8 looks by itself whether the data fit it and the source. Nothing here throws: without a cache a start is slower.
 *
 * DESIGN: code that is read from here runs as this user, root perhaps, while HOME may be another user's. So a file must be of
 * the effective user, and writable by nobody else.
 */
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync, type Stats, writeFileSync } from 'node:fs';

const OTHERS_MAY_WRITE = 0o022;

export interface KeptCode {
  readonly data: Buffer;
  /** Of a process that had to compile: it may have ended, or still have compiled, before it came to all that the next one needs. */
  readonly isDraft: boolean;
}

export interface CodeCacheOptions {
  /** Of the process; says where the directory is, and whether it is wanted. */
  readonly environment: NodeJS.ProcessEnv;
  /** What the code depends on: changes with the package's content, its place and Node. Without line breaks. */
  readonly identity: string;
  /** Which files are this package's and this use's: those of another directory, for another Node, or of who calls other functions, lie beside them. */
  readonly place: string;
}

export class CodeCache {
  readonly #directory: string | null;
  readonly #header: Buffer;
  readonly #draftHeader: Buffer;
  readonly #suffix: string;

  constructor({ environment, identity, place }: CodeCacheOptions) {
    this.#directory = directoryOf(environment);
    this.#header = Buffer.from(`${identity}\n`, 'latin1');
    this.#draftHeader = Buffer.from(`${identity} draft\n`, 'latin1');
    this.#suffix = hashOf(place);
  }

  /** What was kept under a name (a plain word); undefined for nothing that may be used. */
  read(name: string): KeptCode | undefined {
    const path = this.#path(name);
    if (path === null) return undefined;
    try {
      const content = readWhole(path, ({ uid, mode }) => uid === process.geteuid?.() && (mode & OTHERS_MAY_WRITE) === 0);
      const header = [this.#header, this.#draftHeader].find((each) => content !== undefined && content.length > each.length && content.subarray(0, each.length).equals(each));
      return header === undefined ? undefined : { data: (content as Buffer).subarray(header.length), isDraft: header === this.#draftHeader };
    } catch {
      return undefined;
    }
  }

  /** Keeps the code in the place of what was there. It appears whole or not at all. */
  write(name: string, { data, isDraft }: { data: Uint8Array; isDraft: boolean }): void {
    const path = this.#path(name);
    if (path === null) return;
    const temporary = `${path}.${process.pid}-${performance.now()}`;
    try {
      makeDirectory(this.#directory as string);
      writeFileSync(temporary, Buffer.concat([isDraft ? this.#draftHeader : this.#header, data]), { flag: 'wx', mode: 0o600 });
      renameSync(temporary, path);
    } catch {
      // A full disk, a home that cannot be written: the next start compiles again.
    }
  }

  #path(name: string): string | null {
    return this.#directory === null ? null : `${this.#directory}/${name}-${this.#suffix}.bin`;
  }
}

/**
 * What a file holds, when `isWanted` says so of it; else undefined. Throws as openSync() and readSync() do. Not readFileSync(): that is more
 * JavaScript of Node's, which the first call compiles.
 */
export function readWhole(path: string, isWanted: (stats: Stats) => boolean): Buffer | undefined {
  const descriptor = openSync(path, 'r');
  try {
    const stats = fstatSync(descriptor);
    if (!isWanted(stats)) return undefined;
    const content = Buffer.allocUnsafeSlow(stats.size);
    return content.subarray(0, readSync(descriptor, content, 0, stats.size, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** With the one above it, as ~/.cache is not everywhere. Not recursively: mkdirSync() does not come back from where nothing can be made (/proc). */
function makeDirectory(directory: string): void {
  for (const each of [directory.slice(0, directory.lastIndexOf('/')), directory]) {
    if (!existsSync(each)) mkdirSync(each, { mode: 0o700 });
  }
}

/** NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE are Node's own names for the same wishes. null: no cache. */
function directoryOf(environment: NodeJS.ProcessEnv): string | null {
  const { NODE_DISABLE_COMPILE_CACHE: disabled = '', NODE_COMPILE_CACHE: own = '', XDG_CACHE_HOME: caches = '', HOME: home = '' } = environment;
  if (disabled !== '') return null;
  if (own !== '') return `${own}/fastserve`;
  // Relative paths there are invalid (XDG Base Directory Specification).
  if (caches.startsWith('/')) return `${caches}/fastserve`;
  return home.startsWith('/') ? `${home}/.cache/fastserve` : null;
}

/** FNV-1a, 32 bits: names need no more, for identities are compared whole. node:crypto takes longer to load than this start. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
