/**
 * The child process of bundle.ts: for each BundleRequest it builds, writes and answers with one BundleResult, in order. It ends
 * when its parent disconnects.
 *
 * Bare imports stay imports (packages are loaded by Node itself), except path aliases and workspace packages that resolve
 * to files outside node_modules: those are source and are compiled. `fastserve` becomes the running package's own URL, so
 * that an application shares its classes with the worker that runs it, installed or not.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { isAbsolute, join, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type OutputAsset, type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { type BuiltPart, PartsBuild, storeParts } from './parts.ts';
import { pinImportMeta } from './import-meta.ts';
import { type ScriptForm, scriptForm } from './script-form.ts';

export interface BundleRequest {
  /** Absolute path. */
  entry: string;
  /** Existing directory; the output goes to a directory inside, named by its content. */
  cache: string;
  /** URL by import name, for this package. */
  self: Record<string, string>;
  /** For workers, see script-form.ts; null: not wanted. */
  script: ScriptForm | null;
  /** One output for each source, see parts.ts; else one for all. */
  inParts: boolean;
}

/** What was compiled. */
export interface Built {
  /** Absolute path of the entry module of the output. */
  file: string;
  /** Absolute paths of the source modules in it. */
  inputs: string[];
  /** Those, and what was read and came to nothing: absolute paths. */
  sources: string[];
  /** The entry first; none of a build that is not in parts. */
  parts: BuiltPart[];
}

/** errors: "file:line:column: message" each. */
export type BundleResult = Built | { errors: string[] };

const ENTRY_NAME = 'app.mjs';

let last: Promise<unknown> = Promise.resolve();

process.on('message', (request: BundleRequest) => {
  last = last
    .then(() => build(request))
    .catch((error: unknown): BundleResult => ({ errors: describe(error) }))
    .then((result) => process.send?.(result));
});

async function build(request: BundleRequest): Promise<Built> {
  const inParts = request.inParts ? new PartsBuild() : null;
  const bundle = await rolldown({
    input: request.entry,
    platform: 'node',
    logLevel: 'silent',
    plugins: [externalPackages(request.self), { name: 'fastserve:import-meta', transform: pinImportMeta }, inParts?.plugin],
    ...inParts?.input,
  });
  // Never written: source maps count their relative paths from here, at the depth of the directory by content.
  const dir = join(request.cache, 'build');
  const { output } = await bundle.generate({
    dir,
    format: 'esm',
    sourcemap: true,
    entryFileNames: ENTRY_NAME,
    chunkFileNames: 'chunk-[name]-[hash].mjs',
    ...inParts?.output,
  });
  const script = inParts === null && request.script !== null ? await scriptForm(bundle, output, request.script, dir) : [];
  const read = (await bundle.watchFiles).filter((file) => isAbsolute(file) && existsSync(file));
  await bundle.close();
  const inputs = inputsOf(output);
  const sources = [...new Set([...inputs, ...read])];
  if (inParts === null) return { file: join(await store(request.cache, [...output, ...script]), ENTRY_NAME), inputs, sources, parts: [] };
  const parts = await storeParts(request.cache, output, request.entry);
  return { file: (parts[0] as BuiltPart).file, inputs, sources, parts };
}

/** Modules that are files; rolldown's own helpers begin with NUL. */
function inputsOf(output: readonly (OutputChunk | OutputAsset)[]): string[] {
  const ids = output.flatMap((item) => (item.type === 'chunk' ? item.moduleIds : []));
  return [...new Set(ids.filter((id) => isAbsolute(id)))];
}

/** Writes the files to <cache>/<hash> in one step, unless they are there. */
async function store(cache: string, output: readonly (OutputChunk | OutputAsset)[]): Promise<string> {
  const files = output.map((item) => ({ name: item.fileName, content: item.type === 'chunk' ? item.code : item.source }));
  const hash = createHash('sha256');
  for (const { name, content } of files) hash.update(name).update('\0').update(content).update('\0');
  const target = join(cache, hash.digest('hex').slice(0, 32));
  if (existsSync(join(target, ENTRY_NAME))) return target;
  const temporary = `${target}.${process.pid}`;
  await mkdir(temporary, { recursive: true });
  await Promise.all(files.map(({ name, content }) => writeFile(join(temporary, name), content)));
  try {
    await rename(temporary, target);
  } catch (error) {
    // Another process stored the same build in the meantime.
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(join(target, ENTRY_NAME))) throw error;
  }
  return target;
}

function externalPackages(self: Record<string, string>): Plugin {
  return {
    name: 'fastserve:external-packages',
    async resolveId(id, importer) {
      const own = self[id];
      if (own !== undefined) return { id: own, external: true };
      if (importer === undefined || /^(?:[./\0]|[a-z]+:\/\/)/.test(id) || id.startsWith('@oxc-project/')) return null;
      if (isBuiltin(id)) return { id, external: true };
      const resolved = await this.resolve(id, importer, { skipSelf: true });
      const isSource = resolved !== null && !resolved.external && !resolved.id.split(sep).includes('node_modules');
      return isSource ? resolved : { id, external: true };
    },
  };
}

/** What rolldown puts on its errors. */
interface BuildError {
  message: string;
  id?: string;
  loc?: { file?: string; line: number; column: number };
}

function describe(error: unknown): string[] {
  const errors = error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? (error.errors as BuildError[]) : [error as BuildError];
  return errors.map(({ message, id, loc }) => {
    const place = loc === undefined ? (id ?? '') : `${loc.file ?? id ?? ''}:${loc.line}:${loc.column + 1}`;
    return place === '' ? firstLine(message) : `${place}: ${firstLine(message)}`;
  });
}

/** The sentence without colours, the count above it, the code in brackets and the drawing below it. */
function firstLine(message: string): string {
  const lines = stripVTControlCharacters(message).split('\n');
  const line = lines.find((each) => !/^Parse failed with \d+ errors?:$/.test(each.trim())) ?? '';
  return line.trim().replace(/^\[[A-Z_]+\]\s*/, '');
}
