/**
 * Loads the files that scripts/join-modules.mjs joins the package's modules into, each once for each thread. Any thread.
 *
 *   dist/index.js, dist/gateway/worker.cjs, ... ──► dist/cli/fastserve.cjs: chunk() ──► dist/chunks/*.cjs
 *
 * This is the file of the command, too, and what follows `chunk` there starts it: a start has one file less to find.
 *
 * DESIGN: they are CommonJS, which needs no more than this file to be loaded, and for which V8 takes code that it made before
 * (code-cache.ts); it has no such way for ES modules in Node 20. All entries come through this one module, so a class is the same whoever
 * imported it.
 */
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { CodeCache, readWhole } from './code-cache.ts';
import { areFlagsChanged, codeOf, withFirstFlags } from './engine-flags.ts';

type Exports = Record<string, unknown>;
/**
 * own: URL of dist/, with a slash; modules have their place from it. importModule: import(), which scripts cannot have. builtins:
 * modules of Node, each loaded when it is first asked for.
 */
type Wrapped = (exports: Exports, require: (id: string) => unknown, module: { exports: Exports }, own: string, importModule: ImportModule, builtins: Exports) => void;
type ImportModule = (specifier: string) => Promise<unknown>;

/** Of this file, which is CommonJS itself. */
declare const __dirname: string;
declare const require: { (id: string): unknown; main?: { filename: string } };
declare const module: object;

/** Both are put in by the script: a hash over all joined files, and the modules of Node that they use, by their keys in `builtins`. */
declare const JOINED_BUILD: string;
declare const JOINED_BUILTINS: Readonly<Record<string, string>>;

/** What a start needs has long run by then, and is kept as it came to be compiled. */
const KEEP_AFTER_MS = 1500;

const root = __dirname.slice(0, -'cli'.length);
const directory = `${root}chunks/`;
/** The class URL takes a while to load, and most paths are the same in a URL. */
const own = /^[\w./-]+$/.test(root) ? `file://${root}` : pathToFileURL(root).href;
const place = `${directory} ${process.version} ${process.arch} ${useOfChunks()}`;
const cache = new CodeCache({ environment: process.env, identity: `${JOINED_BUILD} ${place}`, place });
const loaded = new Map<string, { exports: Exports }>();
/** To be kept: what had to be compiled, and what an earlier start left as a draft. */
const unkept = new Map<string, { script: Script; isDraft: boolean }>();
/** In a worker that takes another's place: the engine's settings are not those that the process began with. Told by the first, small chunk. */
let areFlagsOthers = false;
const builtins: Exports = {};
for (const [key, name] of Object.entries(JOINED_BUILTINS)) defineBuiltin(key, `node:${name}`);

/**
 * Who loads chunks here. Code is kept as a use left it, with the functions that it called: in what a test of an application, or another command, has
 * left, a start would not find all that it needs.
 */
function useOfChunks(): 'start' | 'command' | 'thread' | 'library' {
  if (require.main === module) return process.argv[2] === 'start' ? 'start' : 'command';
  return require.main?.filename === `${directory}thread.cjs` ? 'thread' : 'library';
}

/** What the file exports, "runtime" for dist/chunks/runtime.cjs. Throws what its code throws. */
export function chunk(name: string): Exports {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} as Exports };
  // Before it runs: chunks may require each other.
  loaded.set(name, module);
  try {
    compile(name)(module.exports, requireFrom, module, own, importModule, builtins);
  } catch (error) {
    loaded.delete(name);
    throw error;
  }
  return module.exports;
}

/** What chunks mean by require(): their siblings, packages and modules of Node. */
function requireFrom(id: string): unknown {
  return id.startsWith('./') ? chunk(id.slice('./'.length, -'.cjs'.length)) : require(id);
}

function defineBuiltin(key: string, name: string): void {
  const load = (): unknown => {
    const value = require(name);
    Object.defineProperty(builtins, key, { value });
    return value;
  };
  Object.defineProperty(builtins, key, { get: load, configurable: true });
}

/** Of URLs and packages, as seen from dist/chunks. */
function importModule(specifier: string): Promise<unknown> {
  return import(specifier);
}

function compile(name: string): Wrapped {
  const filename = `${directory}${name}.cjs`;
  const source = (readWhole(filename, () => true) as Buffer).toString('latin1');
  const kept = cache.read(name);
  const make = (): Script => new Script(source, { filename, ...(kept !== undefined && { cachedData: kept.data }) });
  let script = areFlagsOthers ? withFirstFlags(make) : make();
  // Asked of the flags and not of a second attempt: V8 would find what the first one compiled, and say nothing of the data.
  if (script.cachedDataRejected === true && !areFlagsOthers && areFlagsChanged()) {
    areFlagsOthers = true;
    script = withFirstFlags(make);
  }
  const isCompiled = script.cachedDataRejected !== false;
  if (isCompiled || kept?.isDraft === true) keepLater(name, script, isCompiled);
  return script.runInThisContext() as Wrapped;
}

function keepLater(name: string, script: Script, isDraft: boolean): void {
  if (unkept.size === 0) setTimeout(keep, keepAfterMs()).unref();
  unkept.set(name, { script, isDraft });
}

/** Threads do it one after the other: each changes the engine's settings for a moment, and those are the process's. */
function keepAfterMs(): number {
  const { isMainThread } = process.getBuiltinModule('node:worker_threads');
  return isMainThread ? KEEP_AFTER_MS : KEEP_AFTER_MS * (2 + Math.random());
}

function keep(): void {
  for (const [name, { script, isDraft }] of unkept) {
    const data = codeOf(script);
    if (data !== undefined) cache.write(name, { data, isDraft });
  }
  unkept.clear();
}
