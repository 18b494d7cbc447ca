/**
 * Builds static files for production: copies with a hash of their content in the name, precompressed, and a manifest that
 * tells the names. Main thread of the command.
 *
 *   find -> read and name (references first) -> write what is new -> compress -> manifest -> clean
 *
 * Sources are never changed. What the previous manifest has and is still there is not written again.
 */
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { entryOf, type Manifest, MANIFEST_VERSION, type ManifestFile, type ManifestMount, readManifest } from '../config/manifest.ts';
import type { Mount } from '../config/types.ts';
import { FastServeError } from '../errors.ts';
import { type Asset, findAssets } from './find.ts';
import { removeStale } from './clean.ts';
import { availableCodings } from './compress.ts';
import { mapLimited } from './concurrency.ts';
import { Output, sourceOf } from './output.ts';
import { type Missing, type Planned, planFiles } from './plan.ts';

export interface BuildOptions {
  /** A reference that leads nowhere fails the build; otherwise it stays as it is written. */
  readonly strict: boolean;
  /** Remove built files that the new manifest does not name. */
  readonly clean: boolean;
  /** Hears of every file that was read or written. */
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly phase: 'reading' | 'writing';
  readonly done: number;
  readonly total: number;
  readonly name: string;
}

export interface BuildReport {
  readonly mounts: readonly MountReport[];
  /** References that were kept although they lead nowhere: "/site/a.css:3: url(b.png): ...". */
  readonly missing: readonly string[];
  /** Files that were removed by clean. */
  readonly removed: number;
}

export interface MountReport {
  readonly prefix: string;
  /** Absolute. */
  readonly manifest: string;
  readonly files: number;
  /** Of these, written by this build. */
  readonly written: number;
  /** Bytes of all files, and of the same files in their smallest form. */
  readonly bytes: number;
  readonly smallestBytes: number;
}

/** Enough to keep zlib's four threads and the disk busy. */
const CONCURRENCY = Math.max(2, Math.min(4, availableParallelism()));

/**
 * Builds the mounts that have a manifest. FastServeError FS_BUILD when references lead nowhere or the file system fails; the
 * old manifest then stays.
 */
export async function buildStatic(mounts: readonly Mount[], options: BuildOptions): Promise<BuildReport> {
  try {
    const assets = (await Promise.all(mounts.map((mount, index) => (mount.manifest === null ? [] : findAssets(mount, index))))).flat();
    let read = 0;
    const plan = await planFiles(assets, mounts, CONCURRENCY, ({ name }) => options.onProgress({ phase: 'reading', done: ++read, total: assets.length, name }));
    const missing = plan.missing.map(describeMissing);
    if (options.strict && missing.length > 0) throw brokenReferences(missing);
    const paths = new Set(mounts.flatMap(({ manifest }) => manifest?.file ?? []));
    const progress = { done: 0, total: assets.length };
    const reports: MountReport[] = [];
    let removed = 0;
    for (const path of paths) {
      const written = await writeGroup(path, mounts, plan.files, options, progress);
      reports.push(...written.reports);
      removed += written.removed;
    }
    return { mounts: reports, missing, removed };
  } catch (error) {
    if (error instanceof FastServeError) throw error;
    throw new FastServeError('FS_BUILD', `the static files could not be built: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes everything that one manifest names, then the manifest. */
async function writeGroup(
  path: string,
  mounts: readonly Mount[],
  files: readonly Planned[],
  options: BuildOptions,
  progress: { done: number; total: number },
): Promise<{ reports: MountReport[]; removed: number }> {
  // One that cannot be read or is of another version is replaced as if there were none.
  const previous = await readManifest(path).catch(() => null);
  const output = await Output.open(dirname(path));
  try {
    const reports: MountReport[] = [];
    const manifest: Manifest = { version: MANIFEST_VERSION, mounts: [] };
    for (const [index, mount] of mounts.entries()) {
      if (mount.manifest?.file !== path) continue;
      const own = files.filter(({ asset }) => asset.mount === index);
      const onFile = ({ name }: Asset) => options.onProgress({ phase: 'writing', done: ++progress.done, total: progress.total, name });
      const { entry, written } = await writeMount(output, mount, own, previous, onFile);
      manifest.mounts.push(entry);
      reports.push(reportOf(mount, path, entry, written));
    }
    await output.putManifest(path, manifest);
    return { reports, removed: options.clean ? await removeStale(dirname(path), previous, manifest) : 0 };
  } finally {
    await output.close();
  }
}

async function writeMount(
  output: Output,
  mount: Mount,
  files: readonly Planned[],
  previous: Manifest | null,
  onFile: (asset: Asset) => void,
): Promise<{ entry: ManifestMount; written: number }> {
  const directory = directoryName(mount);
  const codings = availableCodings(mount.precompressed);
  const last = previous === null ? undefined : entryOf(previous, mount);
  const known = last?.directory === directory && last.codings.join() === codings.join() ? last.files : {};
  let written = 0;
  const entries = await mapLimited(files, CONCURRENCY, async (planned): Promise<[string, ManifestFile]> => {
    const { asset, name, digest } = planned;
    const old = Object.hasOwn(known, asset.name) ? known[asset.name] : undefined;
    const isSame = old?.name === name && old.integrity === digest.integrity && (await output.has(directory, old));
    const entry = isSame ? { ...old, source: sourceOf(planned) } : await output.write(directory, planned, codings);
    if (!isSame) written++;
    onFile(asset);
    return [asset.name, entry];
  });
  return { entry: { prefix: mount.prefix, host: mount.host, directory, codings, files: Object.fromEntries(entries) }, written };
}

/** A directory name of its own for every prefix and host: "static", "a%2Fb", "@root", "static@example.com". Not a manifest's. */
function directoryName({ prefix, host }: Mount): string {
  const path = encodeURIComponent(prefix.slice(1, -1)).replaceAll('.', '%2E') || '@root';
  return host === '' ? path : `${path}@${host}`;
}

function reportOf(mount: Mount, path: string, entry: ManifestMount, written: number): MountReport {
  const files = Object.values(entry.files);
  return {
    prefix: mount.prefix,
    manifest: path,
    files: files.length,
    written,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    smallestBytes: files.reduce((sum, { size, encoded }) => sum + Math.min(size, ...Object.values(encoded).filter((bytes) => bytes !== undefined)), 0),
  };
}

function describeMissing({ asset, reference, reason }: Missing): string {
  return `${asset.path}:${reference.line}: ${reference.shown}: ${reason}.`;
}

const SHOWN_REFERENCES = 20;

function brokenReferences(missing: readonly string[]): FastServeError {
  const shown = missing.slice(0, SHOWN_REFERENCES).map((line) => `  ${line}`);
  if (missing.length > shown.length) shown.push(`  and ${missing.length - shown.length} more`);
  const count = missing.length === 1 ? '1 reference leads' : `${missing.length} references lead`;
  const fix = 'Correct them, or build with --no-strict, which keeps such references as they are written.';
  return new FastServeError('FS_BUILD', [`${count} nowhere:`, ...shown, fix].join('\n'));
}
