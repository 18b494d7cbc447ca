/**
 * Joins the modules that tsc wrote to dist/ into a few files, so that a start reads five instead of two hundred and sixty. The last step of
 * `npm run build:ts`; what tsc writes works without it, only slower, and tsc alone brings it back.
 *
 *   dist/chunks/<name>.cjs   the code, in CommonJS (src/boot/chunk.ts loads it, and says why; it is in dist/cli/fastserve.cjs)
 *   dist/<entry>.js          ES modules of a few lines that export what a chunk exports: what others import stays where it was
 *   dist/**\/*.d.ts          as they are
 *
 * DESIGN: made of src/ and not of what tsc wrote, which has passed through one tool less.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { chunkCode, keyOf } from './chunk-code.mjs';
import { chunkNames } from './chunk-names.mjs';
import { piscina, PISCINA_WORKER } from './join-piscina.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const CHUNKS = join(dist, 'chunks');
/** The command, with the loader of chunks in it. */
const COMMAND_FILE = join(dist, 'cli/fastserve.cjs');
/** What threads start with. */
const THREAD_FILE = join(CHUNKS, 'thread.cjs');
/** Modules that somebody outside dist/chunks loads by their path: users, workers, and those tests and benchmarks that look inside. */
const COMMAND = 'cli/launch';
const ENTRIES = [
  'index', 'node/index', COMMAND, 'gateway/worker', 'dev/worker', 'dev/placeholder', 'boot/engine-flags',
  'cli/orphans', 'config/bundle', 'config/resolve', 'config/to-native', 'control/commands', 'gateway/contract', 'gateway/answers/page-body', 'gateway/answers/page-payload',
  'gateway/queue/body', 'gateway/worker/engine-settings', 'native/load', 'supervisor/listen/address-url', 'supervisor/workers/slot-table',
];
/** Piscina's part of that. */
const THREAD = 'piscina-worker';
/** Those that are loaded with require(), by Piscina. */
const REQUIRED = ['gateway/worker'];
/** Those that are loaded with either: compiled applications have two forms (src/config/bundle/script-form.ts). */
const REQUIRED_TOO = ['index', 'node/index'];
/** Those with a default export: what Piscina calls, and an application. */
const WITH_DEFAULT = ['gateway/worker', 'dev/worker', 'dev/placeholder'];
/** What the compiler's process loads stays a handful of ES modules: it needs no others, and rolldown is one itself. */
const APART = ['config/bundle/child', 'config/bundle/parts', 'config/bundle/script-form', 'config/bundle/import-meta'];
/** Loaded from node_modules, at their own time; other packages are small or mostly unused, and become part of the chunks. */
const EXTERNAL = [/^node:/, '@napi-rs/nice', 'commander', 'eta', 'nunjucks', /^rolldown(?:\/|$)/];

const idOf = (name) => join(root, 'src', `${name}.ts`);

/** "config/load" for src/config/load.ts; null for packages. */
function nameOf(id) {
  return id.startsWith(`${root}/src/`) ? relative(join(root, 'src'), id).replace(/\.ts$/, '') : null;
}

/** Each a chunk of its own, of a few lines: else the bundler takes the chunk that the module is in for the entry, and names it so. */
const entries = {
  name: 'entries',
  resolveId: (id) => (id.startsWith('entry:') ? `\0${id}` : null),
  load(id) {
    if (!id.startsWith('\0entry:')) return null;
    const file = JSON.stringify(idOf(id.slice('\0entry:'.length)));
    return WITH_DEFAULT.includes(id.slice('\0entry:'.length)) ? `export * from ${file};\nexport { default } from ${file};\n` : `export * from ${file};\n`;
  },
};

/** import.meta.url as that of the module that tsc would have written. */
const ownPlaces = {
  name: 'own-places',
  transform(code, id) {
    const name = nameOf(id);
    return name === null || !code.includes('import.meta.url') ? null : code.replaceAll('import.meta.url', `($own + ${JSON.stringify(`${name}.js`)})`);
  },
};

/** What is meant as it is: some modules are loaded late by one and at once by another. */
const INTENDED = ['INEFFECTIVE_DYNAMIC_IMPORT'];

function onLog(level, log, handle) {
  if (!INTENDED.includes(log.code)) handle(level, log);
}

async function joinModules() {
  const bundle = await rolldown({
    input: { ...Object.fromEntries(ENTRIES.map((name) => [name, `entry:${name}`])), [THREAD]: PISCINA_WORKER },
    platform: 'node',
    external: EXTERNAL,
    plugins: [entries, ownPlaces, piscina],
    transform: { define: { JOINED: 'true' } },
    preserveEntrySignatures: 'allow-extension',
    logLevel: 'warn',
    onLog,
  });
  const { output } = await bundle.generate({
    format: 'cjs',
    exports: 'named',
    entryFileNames: ({ name }) => `${name.replaceAll('/', '-')}.cjs`,
    chunkFileNames: '[name].cjs',
    comments: false,
    codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: chunkNames(idOf, PISCINA_WORKER), debugName: 'by who loads it' }] },
  });
  await bundle.close();
  return output;
}

/** The code of src/boot, through which all of them are loaded. */
async function joinLoader(build, builtins) {
  const bundle = await rolldown({
    input: join(root, 'src/boot/chunk.ts'),
    platform: 'node',
    external: EXTERNAL,
    transform: { define: { JOINED_BUILD: JSON.stringify(build), JOINED_BUILTINS: JSON.stringify(builtins) } },
  });
  const { output } = await bundle.generate({ format: 'cjs' });
  await bundle.close();
  return output[0].code;
}

/**
 * The line with which an ES module gets at chunks. Not by import: for a CommonJS file Node would first search its text for the names of
 * exports, with a parser that it has to start.
 */
function loaderLine(file) {
  return `const { chunk } = process.getBuiltinModule('node:module').createRequire(import.meta.url)('${loaderFrom(file)}');`;
}

/** How a file in dist/ names the file with the loader. */
function loaderFrom(file) {
  const path = relative(dirname(file), COMMAND_FILE);
  return path.startsWith('.') ? path : `./${path}`;
}

function writeEntry(name, { fileName, exports }) {
  if (REQUIRED.includes(name)) return writeRequired(name, fileName);
  if (REQUIRED_TOO.includes(name)) writeRequired(name, fileName);
  const file = join(dist, `${name}.js`);
  const lines = [
    loaderLine(file),
    `const all = chunk('${fileName.replace(/\.cjs$/, '')}');`,
    ...(exports.includes('default') ? ['export default all.default;'] : []),
    `export const { ${exports.filter((each) => each !== 'default').join(', ')} } = all;`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
}

/** For who loads it with require(): in the place of what is an ES module otherwise, or beside it. */
function writeRequired(name, fileName) {
  const file = join(dist, `${name}.cjs`);
  writeFileSync(file, `'use strict';\nmodule.exports = require('${loaderFrom(file)}').chunk('${fileName.replace(/\.cjs$/, '')}');\n`);
}

/** The command: without ES modules, and with them for who runs main.js. Its chunk only passes on what chunks/start.cjs has, which saves it. */
function writeCommand(loader, { fileName, code }) {
  if (!/^exports\.launch = require_start\.launch;$/m.test(code)) throw new Error(`${fileName} has more in it than the command of chunks/start.cjs. Change scripts/join-modules.mjs.`);
  const main = join(dist, 'cli/main.js');
  writeFileSync(COMMAND_FILE, `#!/usr/bin/env node\n${loader}\nif (require.main === module) chunk('start').launch(process.argv);\n`);
  writeFileSync(main, `#!/usr/bin/env node\n${loaderLine(main)}\nawait chunk('start').launch(process.argv);\n`);
  writeFileSync(THREAD_FILE, `'use strict';\nrequire('${loaderFrom(THREAD_FILE)}').chunk('${THREAD}');\n`);
}

/** Modules that are in chunks now, and source maps, which lead to sources that are not in the package. */
function removeJoined() {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.c?js(?:\.map)?$/.test(entry.name) || APART.includes(relative(dist, file).replace(/\.js(?:\.map)?$/, ''))) continue;
    rmSync(file);
  }
}

/** What the licenses of packages ask for that have become part of chunks. */
function writeLicenses(moduleIds) {
  const packages = new Set(moduleIds.flatMap((id) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? []));
  const texts = [...packages].sort().map((directory) => {
    const license = readdirSync(directory).find((name) => /^licen[cs]e/i.test(name));
    if (license === undefined) throw new Error(`${directory} has no license file, and its code is in a chunk.`);
    return `${directory.split('/node_modules/').at(-1)}\n\n${readFileSync(join(directory, license), 'utf8')}`;
  });
  writeFileSync(join(CHUNKS, 'LICENSES.txt'), texts.join('\n\n'));
}

if (!existsSync(join(dist, 'index.js'))) throw new Error('dist/ is empty. Run tsc first: npm run build:ts');
const output = await joinModules();
const chunks = output.map(({ fileName, exports, isEntry, facadeModuleId, code }) => ({ fileName, exports, entry: isEntry && facadeModuleId.startsWith('\0entry:') ? facadeModuleId.slice('\0entry:'.length) : null, ...chunkCode(fileName, code) }));
rmSync(CHUNKS, { recursive: true, force: true });
removeJoined();
mkdirSync(CHUNKS);
writeLicenses(output.flatMap(({ moduleIds }) => moduleIds));
const hash = createHash('sha256');
for (const { fileName, code, entry } of chunks) {
  if (entry === COMMAND) continue;
  hash.update(`${fileName}\0${code}\0`);
  writeFileSync(join(CHUNKS, fileName), code);
}
const builtins = [...new Set(chunks.flatMap((each) => each.builtins))].sort();
const loader = await joinLoader(hash.digest('hex').slice(0, 16), Object.fromEntries(builtins.map((name) => [keyOf(name), name])));
for (const name of ENTRIES.filter((each) => each !== COMMAND)) writeEntry(name, chunks.find(({ entry }) => entry === name));
writeCommand(loader, chunks.find(({ entry }) => entry === COMMAND));
