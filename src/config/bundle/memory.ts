/**
 * Remembers on disk which build the sources of a module gave, so that a start with unchanged sources needs no compiler. Main
 * thread, while a server starts or reloads.
 *
 * A build depends on the content of every source, on which files there are beside them (an import may find another file when one is
 * added), and on what steers resolution: package.json and tsconfig.json from the sources up to the root. All of that is kept as it was,
 * behind a line that says of which build, and compared with what is there.
 *
 * DESIGN: no digest, which node:crypto would have to be loaded for, and no thread pool, whose threads would be made for it: the time of a start.
 */
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first line of the file, as JSON. */
interface Memory {
  /** Of which entry, by which compiler. */
  readonly identity: string;
  /** Entry module of the build. */
  readonly file: string;
  /** Absolute paths of all files that it was made of. */
  readonly sources: readonly string[];
}

/** What imports may resolve to: modules, and directories, whose names mostly have no dot. */
const RESOLVABLE = /^[^.]+$|\.(?:[cm]?[jt]sx?|json)$/;
const STEERING = /^(?:package|tsconfig)\.json$/;
/** File systems keep times in ticks of the kernel. */
const CLOCK_TICK_MS = 50;
const COMPILER = fileURLToPath(new URL('./child.js', import.meta.url));
/** Of a file name; two entries whose ends are the same take each other's place. */
const NAME_LENGTH = 100;

/** The entry module of the build that fits the sources as they are now; null for none. */
export function recallBuild(cache: string, entry: string): string | null {
  const path = memoryFile(cache, entry);
  if (!existsSync(path)) return null;
  try {
    const kept = readFileSync(path);
    const end = kept.indexOf('\n');
    const { identity, file, sources } = JSON.parse(kept.toString('utf8', 0, end)) as Memory;
    if (identity !== identityOf(entry) || !existsSync(file)) return null;
    return stateOf(sources)?.equals(kept.subarray(end + 1)) === true ? file : null;
  } catch {
    // Nothing that was written here, or a source that is gone.
    return null;
  }
}

/**
 * Keeps the build that was begun at `beganMs` (Date.now()) in mind. Not where a source may have changed since, or where tsconfig.json
 * leads to others. Never throws: without it the next start compiles.
 */
export function rememberBuild(cache: string, entry: string, file: string, sources: readonly string[], beganMs: number): void {
  try {
    const state = stateOf(sources);
    const times = sources.map((source) => statSync(source).ctimeMs);
    if (state === null || !sources.includes(entry) || Math.max(...times) > beganMs - CLOCK_TICK_MS) return;
    const target = memoryFile(cache, entry);
    const temporary = `${target}.${process.pid}`;
    const memory: Memory = { identity: identityOf(entry), file, sources };
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${JSON.stringify(memory)}\n`), state]));
    renameSync(temporary, target);
  } catch {
    // A full disk must not stop a start that has what it needs.
  }
}

function memoryFile(cache: string, entry: string): string {
  return join(cache, `${entry.replace(/[^\w.-]/g, '_').slice(-NAME_LENGTH)}.${process.version}.build`);
}

function identityOf(entry: string): string {
  return [entry, process.version, COMPILER, statSync(COMPILER).mtimeMs].join('\0');
}

/** All that a build of these sources depends on; null where it cannot be told what steers resolution. */
function stateOf(sources: readonly string[]): Buffer | null {
  const directories = aboveAll(sources);
  const isAbove = (directory: string): boolean => directories.length > 1 && sources.every((source) => dirname(source) !== directory && source.startsWith(join(directory, '/')));
  const pieces: (string | Buffer)[] = [...sources].sort().flatMap((source) => [source, readFileSync(source)]);
  for (const directory of directories) {
    const own = directoryState(directory, isAbove(directory));
    if (own === null) return null;
    pieces.push(...own);
  }
  return Buffer.concat(pieces.flatMap((piece) => [Buffer.from(`${piece.length}\n`), typeof piece === 'string' ? Buffer.from(piece) : piece]));
}

/** isAbove: what lies above all sources can steer them, and nothing there is taken for one of them. */
function directoryState(directory: string, isAbove: boolean): readonly string[] | null {
  const names = readdirSync(directory).filter((name) => RESOLVABLE.test(name)).sort();
  const steering = names.filter((each) => STEERING.test(each)).map((name) => ({ name, content: readFileSync(join(directory, name), 'utf8') }));
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
