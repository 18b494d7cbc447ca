/**
 * Which modules the next worker loads before anybody asks for it: those that will most likely still be the same when it
 * takes over. Main thread.
 *
 * DESIGN: a worker never runs on a module that was replaced. It is started ahead with what does not depend on the sources that were
 * saved last, for whoever edits saves the same few again; when another one is saved after all, it is thrown away and a fresh
 * thread loads everything.
 */
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Bundle } from '../config/bundle.ts';
import type { BuiltPart } from '../config/bundle/parts.ts';
import type { Preloading } from '../supervisor/workers/thread-source.ts';

/** Sources that are edited together. */
const REMEMBERED = 4;

export class Ahead implements Preloading {
  #parts: readonly BuiltPart[] = [];
  #urls: ReadonlySet<string> = new Set();
  /** Absolute paths, the last one first. */
  #edited: readonly string[] = [];
  /** What they are taken to be before anything was saved. */
  #guess: readonly string[] = [];

  /** The code that workers are started with from now on. */
  built({ parts, inputs }: Bundle): void {
    this.#parts = parts;
    this.#urls = new Set(parts.map(({ file }) => pathToFileURL(file).href));
    // Whoever has saved nothing yet goes on where somebody left off.
    if (this.#edited.length === 0) this.#guess = newestOf(inputs);
  }

  /** Files were saved. Absolute paths; those that are no sources count for nothing. */
  saved(files: ReadonlySet<string>): void {
    this.#edited = [...new Set([...files, ...this.#edited])].slice(0, REMEMBERED);
  }

  modules(): string[] {
    const edited = this.#edited.length === 0 ? this.#guess : this.#edited;
    return unaffected(this.#parts, new Set(edited)).map(({ file }) => pathToFileURL(file).href);
  }

  fits(modules: readonly string[]): boolean {
    return modules.every((url) => this.#urls.has(url));
  }
}

/**
 * The parts that neither are made of these sources nor import what is, in the order in which the first one would load them.
 */
export function unaffected(parts: readonly BuiltPart[], sources: ReadonlySet<string>): BuiltPart[] {
  const byFile = new Map(parts.map((part) => [part.file, part]));
  const seen = new Map<string, boolean>();
  const found: BuiltPart[] = [];
  const visit = (part: BuiltPart): boolean => {
    const known = seen.get(part.file);
    if (known !== undefined) return known;
    let isAffected = part.sources.some((source) => sources.has(source));
    // Circles are one part: this one is not reached again from below.
    seen.set(part.file, isAffected);
    for (const file of part.imports) {
      const imported = byFile.get(file);
      if (imported !== undefined && visit(imported)) isAffected = true;
    }
    seen.set(part.file, isAffected);
    if (!isAffected) found.push(part);
    return isAffected;
  };
  if (parts[0] !== undefined) visit(parts[0]);
  return found;
}

/** The one that was changed last, as a list; none when that cannot be told. */
function newestOf(files: readonly string[]): string[] {
  let newest: string[] = [];
  let newestMs = -Infinity;
  for (const file of files) {
    const changedMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
    if (changedMs > newestMs) [newest, newestMs] = [[file], changedMs];
  }
  return newest;
}
