/**
 * Prints the addon's sources for binding.gyp. The files of a folder are compiled as one: that takes a third of the time, and gives
 * the optimiser more to see. So names in anonymous namespaces are unique within a folder. FASTSERVE_SEPARATE=1 prints each file by
 * itself, which is quicker for whoever changes one and compiles again.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const OUTPUT = 'build/amalgamated';
/** Compiled for a processor of their own: pragmas and names of theirs concern nobody else. */
const ALONE = /_(avx2|sse2|neon)\.cc$/;

/** folder → its sources, relative to the project. */
function sourcesByFolder() {
  const folders = readdirSync(new URL('native/', ROOT), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(folders.map(({ name }) => [name, sourcesOf(`native/${name}`)]).filter(([, sources]) => sources.length > 0));
}

/** Those in the rooms of the folder, too. */
function sourcesOf(folder) {
  const names = readdirSync(new URL(`${folder}/`, ROOT), { recursive: true });
  return names.filter((name) => name.endsWith('.cc')).sort().map((name) => `${folder}/${name}`);
}

/** Written only when it changes, so that nothing is compiled again for it. */
function writeAmalgamation(path, sources) {
  const text = sources.map((source) => `#include "${source}"\n`).join('');
  const file = new URL(path, ROOT);
  try {
    if (readFileSync(file, 'utf8') === text) return;
  } catch {}
  writeFileSync(file, text);
}

/** What is given to the compiler, relative to the project. */
export function nativeSources(isSeparate) {
  const folders = sourcesByFolder();
  if (isSeparate) return [...folders.values()].flat();
  mkdirSync(new URL(`${OUTPUT}/`, ROOT), { recursive: true });
  return [...folders].flatMap(([folder, sources]) => {
    const path = `${OUTPUT}/${folder}.cc`;
    writeAmalgamation(path, sources.filter((source) => !ALONE.test(source)));
    return [path, ...sources.filter((source) => ALONE.test(source))];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(nativeSources(process.env.FASTSERVE_SEPARATE === '1').join('\n'));
