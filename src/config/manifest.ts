/**
 * The manifest of built static files: written by `fastserve build`, read when a server starts. Main thread.
 *
 *   { "version": 1, "mounts": [{ "prefix": "/static/", "host": "", "directory": "static", "codings": ["br", "gzip"],
 *     "files": { "css/site.css": { "name": "css/site.3f9a1c2b0d4e.css", "size": 812, "integrity": "sha384-...",
 *                                  "encoded": { "br": 301, "gzip": 377 },
 *                                  "source": { "hash": "01b5c0f2a9de", "size": 790, "modified": 1795370429000 } } } }] }
 *
 * `directory` is one name beside the manifest. `encoded` has the sizes of the precompressed siblings. `source` is the file
 * that was built, its time in milliseconds.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import type { StaticDirectory } from '../gateway/contract.ts';
import { look, lookOrNone } from './look.ts';
import { show } from './values/show.ts';
import type { Mount } from './types.ts';

export const MANIFEST_VERSION = 1;

const coding = v.picklist(['br', 'zstd', 'gzip']);
const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const source = v.strictObject({ hash: v.string(), size, modified: v.number() });
const file = v.strictObject({ name: v.string(), size, integrity: v.string(), encoded: v.record(coding, v.optional(size)), source });
const mountEntry = v.strictObject({
  prefix: v.string(),
  host: v.string(),
  directory: v.pipe(v.string(), v.regex(/^[^./\0][^/\0]*$/)),
  codings: v.array(coding),
  files: v.record(v.string(), file),
});
const manifest = v.strictObject({ version: v.literal(MANIFEST_VERSION), mounts: v.array(mountEntry) });

export type Manifest = v.InferOutput<typeof manifest>;
export type ManifestMount = v.InferOutput<typeof mountEntry>;
export type ManifestFile = v.InferOutput<typeof file>;

/** What was built for one mount. */
export interface MountBuild {
  /** Absolute. */
  readonly directory: string;
  /** By name below the mount's root. */
  readonly files: ReadonlyMap<string, ManifestFile>;
}

/** The manifest in `path`: null when there is none. Rejects with an Error whose message goes behind "the manifest ...". */
export async function readManifest(path: string): Promise<Manifest | null> {
  let text: string;
  try {
    if (look(path) === undefined) return null;
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new Error(`cannot be read (${code})`, { cause: error });
  }
  try {
    return v.parse(manifest, JSON.parse(text));
  } catch (error) {
    throw new Error('is not one that this version of fastserve has written', { cause: error });
  }
}

/** The entry of a mount, undefined when it was not built. */
export function entryOf(found: Manifest, mount: Pick<Mount, 'prefix' | 'host'>): ManifestMount | undefined {
  return found.mounts.find(({ prefix, host }) => prefix === mount.prefix && host === mount.host);
}

/**
 * What was built for each mount, null for mounts without a build. Throws ConfigError for a manifest that is required and
 * missing, that cannot be used, or whose files are gone.
 */
export async function loadBuilds(mounts: readonly Mount[]): Promise<(MountBuild | null)[]> {
  const problems: ConfigProblem[] = [];
  const builds = await Promise.all(
    mounts.map(async (mount, index) => {
      try {
        return await loadBuild(mount);
      } catch (error) {
        problems.push({ path: `static[${index}].manifest`, text: (error as Error).message });
        return null;
      }
    }),
  );
  if (problems.length > 0) throw new ConfigError('static files', problems);
  return builds;
}

async function loadBuild(mount: Mount): Promise<MountBuild | null> {
  if (mount.manifest === null) return null;
  const { file: path, required } = mount.manifest;
  const found = await readManifest(path).catch((error: Error) => {
    throw new Error(`the manifest ${show(path)} ${error.message}. Run fastserve build again.`, { cause: error });
  });
  const entry = found === null ? undefined : entryOf(found, mount);
  if (entry === undefined) {
    if (!required) return null;
    const what = found === null ? `there is no manifest at ${show(path)}` : `the manifest ${show(path)} has nothing for ${show(mount.prefix)}`;
    throw new Error(`${what}. Run fastserve build before the start, or write manifest: true to do without a build.`);
  }
  const directory = join(dirname(path), entry.directory);
  if (lookOrNone(directory)?.isDirectory() !== true) throw new Error(`the built files in ${show(directory)} are gone. Run fastserve build again.`);
  return { directory, files: new Map(Object.entries(entry.files)) };
}

/**
 * The mounts as applications see them. Names that say no directory are of the first: of one that can be built, else of any
 * that clients can reach.
 */
export function staticDirectories(mounts: readonly Mount[], builds: readonly (MountBuild | null)[]): StaticDirectory[] {
  const reachable = mounts.map((mount, index) => ({ mount, build: builds[index] ?? null })).filter(({ mount }) => !mount.internal);
  const ordered = [...reachable.filter(({ mount }) => mount.manifest !== null), ...reachable.filter(({ mount }) => mount.manifest === null)];
  return ordered.map(({ mount, build }) => ({
    prefix: mount.prefix,
    built: build && new Map([...build.files].map(([name, { name: built, integrity }]) => [name, { name: built, integrity }])),
  }));
}
