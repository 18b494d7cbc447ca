/**
 * Compiles TypeScript of the user, before workers start, into plain modules that every worker imports.
 *
 * DESIGN: rolldown runs in a child process that ends after the build, so that its memory is not kept (about 50 MB); only
 * development keeps it, for builds of some 20 ms instead of 120.
 * The output's directory is named by the content, and never changed once written: a worker that is replaced while
 * somebody edits the source loads what its siblings run. It is a cache; it can be deleted while no server runs.
 *
 * The output lies inside the project's node_modules so that bare imports resolve as they do from the source. A project
 * without node_modules has no packages to resolve; its output goes to the system's temporary directory, because a build
 * must not leave files among the user's sources.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { getPriority, setPriority, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FastServeError } from '../errors.ts';
import { SCRIPT_NAME } from '../gateway/worker/application-module.ts';
import { inShortTurns } from '../native/short-turns.ts';
import { recallBuild, rememberBuild } from './bundle/memory.ts';
import type { BundleRequest, BundleResult } from './bundle/child.ts';
import type { BuiltPart } from './bundle/parts.ts';
import type { ScriptForm } from './bundle/script-form.ts';

/** Put in by scripts/join-modules.mjs. */
declare const JOINED: true | undefined;

const STDERR_KEPT = 4000;
/** Of a compiler that runs beside a server. */
const NICENESS = 5;

/** A compiled module of the user. */
export interface Bundle {
  /** file: URL to import. */
  readonly url: string;
  /** Absolute paths of the sources that it was made of. */
  readonly inputs: readonly string[];
  /** Those, and what was read and came to nothing: absolute paths. */
  readonly sources: readonly string[];
  /** Of a build in parts: each module of it, the one of `url` first. */
  readonly parts: readonly BuiltPart[];
}

/**
 * Compiles `entry` (absolute path) and everything it imports by a relative path. Gives the file: URL to import.
 * Types are not checked. Throws FastServeError FS_BUNDLE with file, line and message of each error.
 */
export async function bundle(entry: string): Promise<string> {
  const cache = cacheDirectory(entry);
  const known = recallBuild(cache, entry);
  if (known !== null) return pathToFileURL(known).href;
  const bundler = new Bundler(NICENESS);
  try {
    const beganMs = Date.now();
    const { url, sources } = await bundler.build(entry);
    rememberBuild(cache, entry, fileURLToPath(url), sources, beganMs);
    return url;
  } finally {
    bundler.close();
  }
}

/** The URL under which a worker loads what `url`, given by bundle(), leads to: that of the form for require(), where there is one. */
export function scriptUrl(url: string): string {
  const script = new URL(SCRIPT_NAME, url);
  return existsSync(script) ? script.href : url;
}

/** Compiles again and again, in one child process that is kept: an edit then costs the build alone. */
export class Bundler {
  readonly #niceness: number;
  #child: ChildProcess | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** niceness: of its process, which has short turns when it is above 0. */
  constructor(niceness = 0) {
    this.#niceness = niceness;
  }

  /** As bundle(), one after the other. inParts: each source becomes a module of its own, whose URL changes with what it imports. */
  build(entry: string, { inParts = false } = {}): Promise<Bundle> {
    const result = this.#last.then(() => this.#build(entry, inParts));
    this.#last = result.catch(() => {});
    return result;
  }

  /** Ends the child process. */
  close(): void {
    if (this.#child?.connected === true) this.#child.disconnect();
    this.#child = null;
  }

  async #build(entry: string, inParts: boolean): Promise<Bundle> {
    const cache = cacheDirectory(entry);
    this.#child ??= this.#start();
    try {
      const result = await ask(this.#child, { entry, cache, self: ownPackage(), script: scriptForm(), inParts });
      if (!('errors' in result)) return { ...result, url: pathToFileURL(result.file).href };
      throw new FastServeError('FS_BUNDLE', ['the TypeScript does not compile:', ...result.errors.map((line) => `  ${line}`)].join('\n'));
    } finally {
      if (this.#child?.connected === false) this.#child = null;
    }
  }

  #start(): ChildProcess {
    const begin = () => fork(new URL('./bundle/child.js', import.meta.url), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    const child = this.#niceness > 0 ? inShortTurns(begin) : begin();
    if (this.#niceness > getPriority() && child.pid !== undefined) setPriority(child.pid, this.#niceness);
    return child;
  }
}

/** This package's own modules, by the name under which the user's code imports them. */
function ownPackage(): Record<string, string> {
  return {
    fastserve: new URL('../index.js', import.meta.url).href,
    'fastserve/node': new URL('../node/index.js', import.meta.url).href,
  };
}

/** null in a package whose modules are not joined: there is nothing in it that require() could get. */
function scriptForm(): ScriptForm | null {
  if (typeof JOINED === 'undefined') return null;
  const packages = Object.values(ownPackage()).map((url) => [url, fileURLToPath(url).replace(/\.js$/, '.cjs')]);
  return { name: SCRIPT_NAME, packages: Object.fromEntries(packages) };
}

/** The directory that holds one directory per build; made when missing. */
function cacheDirectory(entry: string): string {
  const modules = nearestNodeModules(dirname(entry));
  const cache = modules === null ? join(tmpdir(), `fastserve-${userInfo().uid}`) : join(modules, '.fastserve');
  try {
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    // What lies in a directory that others can write would run as this user.
    if (modules === null) requireOwn(cache);
  } catch (error) {
    const text = `the compiled application cannot be written to ${cache}: ${(error as Error).message}. Make the directory writable, or compile ahead and set "app" to the JavaScript file.`;
    throw new FastServeError('FS_BUNDLE', text, { cause: error });
  }
  return cache;
}

function nearestNodeModules(directory: string): string | null {
  for (let current = directory; ; current = dirname(current)) {
    const candidate = join(current, 'node_modules');
    if (existsSync(candidate)) return candidate;
    if (dirname(current) === current) return null;
  }
}

function requireOwn(directory: string): void {
  const found = lstatSync(directory);
  if (!found.isDirectory() || found.uid !== userInfo().uid) throw new Error('it belongs to another user');
  chmodSync(directory, 0o700);
}

/** Sends a request and waits for its answer, or for the end of the child. Leaves no listener behind. */
function ask(child: ChildProcess, request: BundleRequest): Promise<BundleResult> {
  let stderr = '';
  const onStderr = (chunk: string): void => {
    stderr = (stderr + chunk).slice(-STDERR_KEPT);
  };
  child.stderr?.setEncoding('utf8').on('data', onStderr);
  return new Promise<BundleResult>((resolve, reject) => {
    const onMessage = (message: unknown): void => settle(() => resolve(message as BundleResult));
    const onError = (error: Error): void => settle(() => reject(error));
    const onClose = (code: number | null, signal: string | null): void =>
      settle(() => reject(new FastServeError('FS_BUNDLE', `the compiler ended without a result (${signal ?? `exit code ${code}`}).\n${stderr}`)));
    const settle = (how: () => void): void => {
      child.off('message', onMessage).off('error', onError).off('close', onClose);
      child.stderr?.off('data', onStderr);
      how();
    };
    child.on('message', onMessage).on('error', onError).on('close', onClose);
    child.send(request);
  });
}
