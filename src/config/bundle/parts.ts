/**
 * A build in parts, for development: each source module becomes a module of its own, under a name that changes exactly when
 * it, or something that it imports, does. A thread that has loaded the parts of one build has loaded those of the next that are
 * unchanged. The compiler's process.
 *
 * Sources that import each other in a circle are one part. Everything that a source exports stays exported, used or not: what
 * an importer uses must not change the name of what it imports.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { InputOptions, OutputAsset, OutputChunk, OutputOptions, Plugin } from 'rolldown';

/** A module of a build in parts. */
export interface BuiltPart {
  /** Absolute path of the output. */
  readonly file: string;
  /** Absolute paths of the sources that it was made of. */
  readonly sources: readonly string[];
  /** Output files that it imports, in order; not those that it imports later, while it runs. */
  readonly imports: readonly string[];
}

/** Beside the builds by content. */
const DIRECTORY = 'parts';

/** What makes rolldown build in parts. For one build. */
export class PartsBuild {
  /** By id: what the names of outputs are made of. */
  readonly #contents = new Map<string, string>();

  readonly input: InputOptions = { treeshake: false, optimization: { inlineConst: false } };

  /** Behind the plugins that change sources. */
  get plugin(): Plugin {
    const contents = this.#contents;
    return {
      name: 'fastserve:parts',
      transform(code, id) {
        if (!isAbsolute(id)) return null;
        contents.set(id, code);
        this.emitFile({ type: 'chunk', id, preserveSignature: 'strict' });
        return null;
      },
    };
  }

  get output(): OutputOptions {
    return {
      entryFileNames: ({ name, facadeModuleId, moduleIds }) => this.#nameOf(name, [facadeModuleId ?? '', ...moduleIds]),
      chunkFileNames: ({ name, moduleIds }) => this.#nameOf(name, moduleIds),
      minifyInternalExports: false,
    };
  }

  /** The path and the text of sources are in the name: equal code may have another source map. */
  #nameOf(name: string, ids: readonly string[]): string {
    const hash = createHash('sha256');
    for (const id of ids) hash.update(id).update('\0').update(this.#contents.get(id) ?? '').update('\0');
    return `${basename(name)}-${hash.digest('hex').slice(0, 16)}-[hash].mjs`;
  }
}

/** Writes the parts that are not there yet and gives all of them, the entry first. */
export async function storeParts(cache: string, output: readonly (OutputChunk | OutputAsset)[], entry: string): Promise<BuiltPart[]> {
  const directory = join(cache, DIRECTORY);
  await mkdir(directory, { recursive: true });
  await Promise.all(output.map((item) => storeOnce(join(directory, item.fileName), item.type === 'chunk' ? item.code : item.source)));
  const chunks = output.filter((item) => item.type === 'chunk');
  const first = chunks.findIndex((chunk) => chunk.isEntry && chunk.facadeModuleId === entry);
  return [...chunks.slice(first, first + 1), ...chunks.slice(0, first), ...chunks.slice(first + 1)].map(({ fileName, moduleIds, imports }) => {
    const parts = imports.filter((name) => chunks.some((chunk) => chunk.fileName === name));
    return { file: join(directory, fileName), sources: moduleIds.filter((id) => isAbsolute(id)), imports: parts.map((name) => join(directory, name)) };
  });
}

/** A name stands for its content. It appears whole or not at all. */
async function storeOnce(file: string, content: string | Uint8Array): Promise<void> {
  if (existsSync(file)) return;
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}`);
  await writeFile(temporary, content);
  await rename(temporary, file);
}
