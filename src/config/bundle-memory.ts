/**
 * Remembers on disk which build the sources of a module gave, so that a start with unchanged sources needs no compiler. Main
 * thread, before anybody connects.
 *
 * A build depends on the content of every source, on which files there are beside them (an import may find another file when one is
 * added), and on what steers resolution: package.json and tsconfig.json from the sources up to the root. All of that is in a
 * fingerprint, which is made anew at each start.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Memory {
  /** Entry module of the build. */
  readonly file: string;
  /** Absolute paths of all files that it was made of. */
  readonly sources: readonly string[];
  readonly fingerprint: string;
}

/** What imports may resolve to: modules, and directories, whose names mostly have no dot. */
const RESOLVABLE = /^[^.]+$|\.(?:[cm]?[jt]sx?|json)$/;
const STEERING = /^(?:package|tsconfig)\.json$/;
/** File systems keep times in ticks of the kernel. */
const CLOCK_TICK_MS = 50;
const COMPILER = fileURLToPath(new URL('./bundle-child.js', import.meta.url));

/** The entry module of the build that fits the sources as they are now; null for none. */
export async function recallBuild(cache: string, entry: string): Promise<string | null> {
  try {
    const { file, sources, fingerprint } = JSON.parse(await readFile(await memoryFile(cache, entry), 'utf8')) as Memory;
    return existsSync(file) && (await fingerprintOf(sources)) === fingerprint ? file : null;
  } catch {
    // Nothing remembered, or a source that is gone.
    return null;
  }
}

/**
 * Keeps the build that was begun at `beganMs` (Date.now()) in mind. Not where a source may have changed since, or where tsconfig.json
 * leads to others. Never rejects: without it the next start compiles.
 */
export async function rememberBuild(cache: string, entry: string, file: string, sources: readonly string[], beganMs: number): Promise<void> {
  try {
    const fingerprint = await fingerprintOf(sources);
    const times = await Promise.all(sources.map(async (source) => (await stat(source)).ctimeMs));
    if (fingerprint === null || !sources.includes(entry) || Math.max(...times) > beganMs - CLOCK_TICK_MS) return;
    const target = await memoryFile(cache, entry);
    const temporary = `${target}.${process.pid}`;
    await writeFile(temporary, JSON.stringify({ file, sources, fingerprint } satisfies Memory));
    await rename(temporary, target);
  } catch {
    // A full disk must not stop a start that has what it needs.
  }
}

/** One file for each entry, Node version and compiler. */
async function memoryFile(cache: string, entry: string): Promise<string> {
  const { mtimeMs } = await stat(COMPILER);
  const key = createHash('sha256').update([entry, process.version, COMPILER, mtimeMs].join('\0'));
  return join(cache, `${key.digest('hex').slice(0, 32)}.json`);
}

/** null where it cannot be told what steers resolution. */
async function fingerprintOf(sources: readonly string[]): Promise<string | null> {
  const directories = aboveAll(sources);
  const isAbove = (directory: string): boolean => directories.length > 1 && sources.every((source) => dirname(source) !== directory && source.startsWith(join(directory, '/')));
  const parts = await Promise.all([...[...sources].sort().map(sourceMark), ...directories.map((directory) => directoryMark(directory, isAbove(directory)))]);
  const hash = createHash('sha256');
  for (const part of parts) {
    if (part === null) return null;
    for (const piece of part) hash.update(piece).update('\0');
  }
  return hash.digest('hex');
}

async function sourceMark(source: string): Promise<readonly (string | Buffer)[]> {
  return [source, await readFile(source)];
}

/** isAbove: what lies above all sources can steer them, and nothing there is taken for one of them. */
async function directoryMark(directory: string, isAbove: boolean): Promise<readonly string[] | null> {
  const names = (await readdir(directory)).filter((name) => RESOLVABLE.test(name)).sort();
  const steering = await Promise.all(names.filter((each) => STEERING.test(each)).map(async (name) => ({ name, content: await readFile(join(directory, name), 'utf8') })));
  if (steering.some(({ name, content }) => name === 'tsconfig.json' && /"(?:extends|references)"/.test(content))) return null;
  return [directory, ...(isAbove ? [] : names), ...steering.map(({ content }) => content)];
}

/** The directories that hold sources and those above them, each once, in order. */
function aboveAll(sources: readonly string[]): string[] {
  const directories = new Set<string>();
  for (const source of sources) {
    for (let current = dirname(source); !directories.has(current); current = dirname(current)) directories.add(current);
  }
  return [...directories].sort();
}
