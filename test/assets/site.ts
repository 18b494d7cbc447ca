/** A site that is built in the process of the test. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BuildOptions, type BuildReport, buildStatic } from '../../src/assets/build.ts';
import { type Manifest, readManifest } from '../../src/config/manifest.ts';
import { resolveStatic } from '../../src/config/resolve.ts';
import type { StaticConfig } from '../../src/index.ts';
import { directoryWith } from '../support/servers.ts';

export class Site {
  readonly directory: string;
  readonly #mounts: StaticConfig[];

  private constructor(directory: string, mounts: StaticConfig[]) {
    this.directory = directory;
    this.#mounts = mounts;
  }

  /** One mount, public/ at /static/, unless `mounts` says otherwise. */
  static async with(files: Record<string, string | Uint8Array>, mounts: StaticConfig[] = [{ prefix: '/static/', root: 'public', manifest: true }]): Promise<Site> {
    const site = new Site(await directoryWith(), mounts);
    for (const { root } of mounts) await mkdir(join(site.directory, root), { recursive: true });
    for (const [name, content] of Object.entries(files)) await site.write(name, content);
    return site;
  }

  /** `name` is below public/ unless it begins with "/", then below the directory of the site. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.at(name)), { recursive: true });
    await writeFile(this.at(name), content);
  }

  at(name: string): string {
    return name.startsWith('/') ? join(this.directory, name) : join(this.directory, 'public', name);
  }

  async build(options: Partial<BuildOptions> = {}): Promise<BuildReport> {
    const mounts = await resolveStatic({ config: { static: this.#mounts }, directory: this.directory, source: 'test' });
    return buildStatic(mounts, { strict: true, clean: false, onProgress: () => {}, ...options });
  }

  async manifest(path = '.fastserve/static/manifest.json'): Promise<Manifest> {
    return (await readManifest(join(this.directory, path))) as Manifest;
  }

  /** The built name of a file. */
  async nameOf(file: string, mount = 0): Promise<string> {
    return (await this.manifest()).mounts[mount]?.files[file]?.name ?? '';
  }

  /** The content of a built file. */
  async builtText(file: string, mount = 0): Promise<string> {
    const { directory = '', files = {} } = (await this.manifest()).mounts[mount] ?? {};
    return readFile(join(this.directory, '.fastserve/static', directory, files[file]?.name ?? ''), 'utf8');
  }

  /** Every file of the output, sorted. */
  async output(): Promise<string[]> {
    const entries = await readdir(join(this.directory, '.fastserve/static'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(this.directory.length + '/.fastserve/static/'.length)).sort();
  }
}

/** Text that compresses well. */
export function prose(bytes: number): string {
  return 'The quick brown fox jumps over the lazy dog. '.repeat(Math.ceil(bytes / 45)).slice(0, bytes);
}
