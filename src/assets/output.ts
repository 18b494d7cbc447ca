/**
 * Writes built files. Everything is written under a temporary name and renamed, so that a build that ends half-way leaves no
 * half file, and the manifest, written last, names only what is complete.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Manifest, ManifestFile } from '../config/manifest.ts';
import type { Coding } from '../config/values/static.ts';
import { compress, isWorthCompressing, SIBLING_ENDINGS } from './compress.ts';
import { Digester } from './digest.ts';
import type { Planned } from './plan.ts';

const TEMPORARY = /^\.build-(\d+)$/;

/** The directory beside a manifest, while a build writes there. */
export class Output {
  readonly #root: string;
  readonly #temporary: string;
  #count = 0;

  private constructor(root: string) {
    this.#root = root;
    this.#temporary = join(root, `.build-${process.pid}`);
  }

  /** Makes the directory; removes what builds that were killed have left. */
  static async open(root: string): Promise<Output> {
    const output = new Output(root);
    await mkdir(root, { recursive: true });
    for (const name of await readdir(root)) {
      const pid = TEMPORARY.exec(name)?.[1];
      if (pid !== undefined && !isRunning(Number(pid))) await rm(join(root, name), { recursive: true, force: true });
    }
    await rm(output.#temporary, { recursive: true, force: true });
    await mkdir(output.#temporary);
    return output;
  }

  /** Removes the temporary files. */
  async close(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true });
  }

  /** Whether the files of an entry are there as they were written. */
  async has(directory: string, entry: ManifestFile): Promise<boolean> {
    const path = join(this.#root, directory, entry.name);
    const siblings = Object.entries(entry.encoded) as [Coding, number][];
    const expected: [string, number][] = [[path, entry.size], ...siblings.map(([coding, size]): [string, number] => [path + SIBLING_ENDINGS[coding], size])];
    const sizes = await Promise.all(expected.map(([file]) => sizeOf(file)));
    return expected.every(([, size], index) => sizes[index] === size);
  }

  /** Writes one file with its siblings. Rejects when the source is no longer what was planned. */
  async write(directory: string, planned: Planned, codings: readonly Coding[]): Promise<ManifestFile> {
    const { asset, name, digest, content } = planned;
    const path = join(this.#root, directory, name);
    await mkdir(dirname(path), { recursive: true });
    await this.#put(path, asset.modified, async (temporary) => {
      if (content !== undefined) await writeFile(temporary, content);
      else await copyPlanned(planned, temporary);
      return true;
    });
    const encoded: ManifestFile['encoded'] = {};
    for (const coding of isWorthCompressing(name, digest.size) ? codings : []) {
      const sibling = path + SIBLING_ENDINGS[coding];
      const written = await this.#put(sibling, asset.modified, async (temporary) => {
        encoded[coding] = await compress(path, temporary, coding);
        return encoded[coding] !== undefined;
      });
      if (written) continue;
      delete encoded[coding];
      await rm(sibling, { force: true });
    }
    return { name, size: digest.size, integrity: digest.integrity, encoded, source: sourceOf(planned) };
  }

  /** Replaces the manifest at once: readers see the old one or the new one. */
  async putManifest(path: string, manifest: Manifest): Promise<void> {
    const temporary = this.#temporaryName();
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(`${JSON.stringify(manifest, undefined, 1)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  }

  /** Siblings have the time of their source: the server does not use older ones. */
  async #put(path: string, modified: Date, write: (temporary: string) => Promise<boolean>): Promise<boolean> {
    const temporary = this.#temporaryName();
    if (!(await write(temporary))) return false;
    await utimes(temporary, modified, modified);
    await rename(temporary, path);
    return true;
  }

  #temporaryName(): string {
    return join(this.#temporary, String(this.#count++));
  }
}

/** Copies the source and looks on the way whether it is still the one that was named. */
async function copyPlanned({ asset, digest }: Planned, target: string): Promise<void> {
  const digester = new Digester();
  await pipeline(
    createReadStream(asset.path),
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        digester.update(piece);
        yield piece;
      }
    },
    createWriteStream(target),
  );
  if (digester.finish().integrity !== digest.integrity) throw new Error(`${asset.path} changed while it was being built. Build again.`);
}

/** What the manifest says about the source of a file. */
export function sourceOf({ asset, sourceHash }: Planned): ManifestFile['source'] {
  return { hash: sourceHash, size: asset.size, modified: asset.modified.getTime() };
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(({ size }) => size, () => undefined);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
