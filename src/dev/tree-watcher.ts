/**
 * Hears of changed files below a directory, and of single ones elsewhere. Main thread.
 *
 * DESIGN: one inotify watch for each directory (fs.watch), without node_modules and hidden ones, which fs.watch with
 * `recursive` would walk too. A directory and not a file is watched, because editors replace files by renaming.
 */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { FastServeError } from '../errors.ts';

/** An editor's save is several events, and one command may save many files. */
const QUIET_MS = 20;

export class TreeWatcher {
  readonly #root: string;
  readonly #onChange: (files: ReadonlySet<string>, sinceMs: number) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #isOutOfWatches = false;
  #changed = new Set<string>();
  /** When the first of them was heard of. */
  #sinceMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * `onChange` gets absolute paths, also of files that went away, once for changes that come together, and the performance.now()
   * of the first of them. Throws FastServeError FS_SYSTEM when there are too many directories.
   */
  constructor(root: string, onChange: (files: ReadonlySet<string>, sinceMs: number) => void) {
    this.#root = root;
    this.#onChange = onChange;
    this.#watchTree(root);
    if (!this.#isOutOfWatches) return;
    this.close();
    throw new FastServeError('FS_SYSTEM', `${root} cannot be watched: the user has no inotify watches left. Raise the limit: sysctl fs.inotify.max_user_watches=524288`);
  }

  /** Hears of these files too, wherever they are. */
  include(files: readonly string[]): void {
    for (const file of files) {
      const directory = dirname(file);
      if (!directory.split(sep).includes('node_modules')) this.#watch(directory);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #isInside(directory: string): boolean {
    return directory === this.#root || directory.startsWith(`${this.#root}${sep}`);
  }

  #watchTree(directory: string): void {
    if (!this.#watch(directory)) return;
    let entries;
    try {
      entries = readdirSync(directory, { withFileTypes: true });
    } catch {
      return; // it went away meanwhile
    }
    for (const entry of entries) {
      if (entry.isDirectory() && isWanted(entry.name)) this.#watchTree(join(directory, entry.name));
    }
  }

  /** False when it is watched already or cannot be. */
  #watch(directory: string): boolean {
    if (this.#watchers.has(directory)) return false;
    let watcher: FSWatcher;
    try {
      watcher = watch(directory, (_event, name) => this.#onEvent(directory, name));
    } catch (error) {
      this.#isOutOfWatches ||= (error as NodeJS.ErrnoException).code === 'ENOSPC';
      return false; // else it is no directory, or went away
    }
    watcher.on('error', () => this.#forget(directory));
    this.#watchers.set(directory, watcher);
    return true;
  }

  #forget(directory: string): void {
    this.#watchers.get(directory)?.close();
    this.#watchers.delete(directory);
  }

  #onEvent(directory: string, name: string | null): void {
    if (name === null || !isWanted(name)) return;
    const path = join(directory, name);
    if (this.#changed.size === 0) this.#sinceMs = performance.now();
    if (this.#isInside(directory)) this.#adopt(path);
    this.#changed.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const files = this.#changed;
      this.#changed = new Set();
      this.#onChange(files, this.#sinceMs);
    }, QUIET_MS);
  }

  /** A new directory may have files already; a path that is none of a directory is left alone. */
  #adopt(path: string): void {
    let names: string[];
    try {
      names = readdirSync(path);
    } catch {
      this.#forget(path);
      return;
    }
    if (this.#watchers.has(path)) return;
    this.#watchTree(path);
    for (const name of names) if (isWanted(name)) this.#changed.add(join(path, name));
  }
}

/** Hidden files are those of editors and tools. */
function isWanted(name: string): boolean {
  return name !== 'node_modules' && !name.startsWith('.') && !name.endsWith('~');
}
