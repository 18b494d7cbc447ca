/**
 * Says which names of the public entries have no docstring: what they are, their units, owner and errors belong to the contract, and
 * docs/api is made of them. `node scripts/check-docstrings.mjs`; exit code 1 when one is missing.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const ENTRIES = ['src/index.ts', 'src/node/index.ts'];
const REEXPORT = /export\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'([^']+)'/g;
const STAR = /export\s+(?:type\s+)?\*\s+from\s*'([^']+)'/g;

/** Names without a docstring, as "name (src/file.ts)". */
export function undocumented() {
  return ENTRIES.flatMap((entry) => [...exportsOf(resolve(ROOT, entry))])
    .filter(({ file, name }) => !hasDocstring(file, name))
    .map(({ file, name, as }) => `${as} (${file.slice(ROOT.length)}${name === as ? '' : `, there ${name}`})`);
}

/** How many names are looked at. */
export function exportCount() {
  return ENTRIES.flatMap((entry) => [...exportsOf(resolve(ROOT, entry))]).length;
}

/** Every exported name with the file that declares it, and its name there. */
function* exportsOf(file) {
  const text = readFileSync(file, 'utf8');
  for (const [, names, from] of text.matchAll(REEXPORT)) {
    for (const { name, as } of namesIn(names)) yield { ...origin(resolve(dirname(file), from), name), as };
  }
  for (const [, from] of text.matchAll(STAR)) yield* exportsOf(resolve(dirname(file), from));
  for (const [, name] of withoutReexports(text).matchAll(declarationOf('(\\w+)'))) yield { file, name, as: name };
}

function namesIn(list) {
  return list
    .replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
    .split(',')
    .map((entry) => entry.trim().replace(/^type\s+/, ''))
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [name, as = name] = entry.split(/\s+as\s+/);
      return { name, as };
    });
}

/** Follows re-exports to where a name is declared. */
function origin(file, name) {
  const text = readFileSync(file, 'utf8');
  for (const [, names, from] of text.matchAll(REEXPORT)) {
    const found = namesIn(names).find(({ as }) => as === name);
    if (found !== undefined) return origin(resolve(dirname(file), from), found.name);
  }
  for (const [, from] of text.matchAll(STAR)) {
    const within = origin(resolve(dirname(file), from), name);
    if (declarationOf(name).test(readFileSync(within.file, 'utf8'))) return within;
  }
  const imported = [...text.matchAll(/import\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'(\.[^']+)'/g)].find(([, names]) =>
    namesIn(names).some(({ as }) => as === name),
  );
  return imported === undefined || declarationOf(name).test(text) ? { file, name } : origin(resolve(dirname(file), imported[2]), name);
}

function withoutReexports(text) {
  return text.replace(REEXPORT, '');
}

function declarationOf(name) {
  return new RegExp(`^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:async )?(?:class|function\\*?|const|let|interface|type) ${name}\\b`, 'gm');
}

/** Whether a comment stands directly above the first declaration of the name. */
function hasDocstring(file, name) {
  const text = readFileSync(file, 'utf8');
  const found = declarationOf(name).exec(text) ?? new RegExp(`^export \\{[^}]*\\b${name}\\b[^}]*\\};?`, 'm').exec(text);
  return found !== null && /\*\/\s*$/.test(text.slice(0, found.index));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = undocumented();
  for (const name of missing) console.error(`no docstring: ${name}`);
  console.log(missing.length === 0 ? `docstrings: ${exportCount()} names, all said` : `docstrings: ${missing.length} missing`);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
