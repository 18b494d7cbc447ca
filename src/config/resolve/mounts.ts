/** Static mounts: from checked values to what the addon takes. Looks whether directories and pages are there. */
import { dirname, join, relative, resolve as resolvePath, sep } from 'node:path';
import type { ConfigProblem } from '../../errors.ts';
import type { CheckedCacheRule, CheckedMount } from '../schema/static.ts';
import { lookOrNone } from '../look.ts';
import { show } from '../values/show.ts';
import type { Mount } from '../types.ts';

/** Below the directory of the configuration: out of the way of sources, and hidden from mounts. */
const DEFAULT_MANIFEST = '.fastserve/static/manifest.json';

/** What mounts depend on: relative roots start at `directory`. */
export interface MountContext {
  directory: string;
  hasApp: boolean;
  /** The server compresses. */
  compresses: boolean;
}

/** What is wrong is added to `problems`. */
export async function resolveMounts(mounts: CheckedMount[], context: MountContext, problems: ConfigProblem[]): Promise<Mount[]> {
  const { directory, hasApp, compresses } = context;
  const resolved = mounts.map(async (mount, index): Promise<Mount> => {
    const path = `static[${index}]`;
    const root = resolvePath(directory, mount.root);
    const fallthrough = mount.fallthrough ?? (hasApp && mount.prefix === '/' && !mount.internal);
    const report = (key: string, text: string) => problems.push({ path: `${path}.${key}`, text });
    checkKeys(mount, fallthrough, context, report);
    const same = mounts.findIndex((other) => other.prefix === mount.prefix && other.host === mount.host);
    if (same !== index) report('prefix', `is the same as static[${same}].prefix. Give each directory its own prefix or host.`);
    checkFiles(mount, root, report);
    return {
      prefix: mount.prefix,
      host: mount.host ?? '',
      root,
      index: mount.index,
      fallthrough,
      dotfiles: mount.dotfiles,
      listing: mount.listing,
      internal: mount.internal,
      precompressed: mount.precompressed,
      compress: mount.compress ?? compresses,
      cacheControl: cacheControl(mount),
      cacheRules: mount.cache.map((rule) => ({ match: rule.match, cacheControl: cacheControl(rule) })),
      fields: mount.headers,
      fallback: mount.fallback ?? '',
      notFound: mount.notFound ?? '',
      manifest: manifestOf(mount, directory),
    };
  });
  const list = await Promise.all(resolved);
  checkOutputs(list, problems);
  return list;
}

function manifestOf({ manifest }: CheckedMount, directory: string): Mount['manifest'] {
  if (manifest === false) return null;
  const required = typeof manifest === 'string';
  return { file: resolvePath(directory, required ? manifest : DEFAULT_MANIFEST), required };
}

/** What a build writes must not become a source of the next one, and cleaning up must not meet a source. */
function checkOutputs(mounts: readonly Mount[], problems: ConfigProblem[]): void {
  for (const [index, { manifest }] of mounts.entries()) {
    if (manifest === null) continue;
    const output = dirname(manifest.file);
    const clash = mounts.findIndex(({ root, dotfiles }) => isVisibleBelow(root, output, dotfiles) || isVisibleBelow(output, root, true));
    if (clash === -1) continue;
    const text = `got ${show(manifest.file)}, whose directory is for the output of the build and overlaps static[${clash}].root (${show(mounts[clash]?.root)}). Choose a directory of its own.`;
    problems.push({ path: `static[${index}].manifest`, text });
  }
}

/** Whether `path` is `directory` or lies below it where a mount with this rule for hidden names would see it. */
function isVisibleBelow(directory: string, path: string, dotfiles: boolean): boolean {
  const segments = relative(directory, path).split(sep);
  if (segments[0] === '..') return false;
  return dotfiles || !segments.some((segment) => segment.startsWith('.'));
}

type Report = (key: string, text: string) => void;

/** Keys that exclude or need each other. */
function checkKeys(mount: CheckedMount, fallthrough: boolean, { hasApp, compresses }: MountContext, report: Report): void {
  if (mount.maxAge !== undefined && mount.cacheControl !== undefined) report('maxAge', 'excludes cacheControl. Keep one of the two.');
  for (const [index, rule] of mount.cache.entries()) checkRule(rule, `cache[${index}]`, report);
  if (mount.notFound !== undefined && fallthrough) {
    report('notFound', 'is never shown, because what is no file goes to the application. Set fallthrough: false, or remove it.');
  }
  if (mount.compress === true && !compresses) report('compress', 'is true, but compress of the whole server is false. Remove one of the two.');
  if (mount.internal && fallthrough) report('fallthrough', 'excludes internal: only an application names files of it. Remove one of the two.');
  if (mount.internal && !hasApp) report('internal', 'needs an app, which alone can reach the directory. Set "app", or remove it.');
}

function checkRule(rule: CheckedCacheRule, path: string, report: Report): void {
  if (rule.maxAge !== undefined && rule.cacheControl !== undefined) report(`${path}.maxAge`, 'excludes cacheControl. Keep one of the two.');
  else if (rule.maxAge === undefined && rule.cacheControl === undefined) report(path, 'says nothing about its files. Add maxAge, for example "1y", or cacheControl.');
  else if (rule.immutable && rule.maxAge === undefined) report(`${path}.immutable`, 'needs maxAge. Add it, for example "1y", or write "immutable" into cacheControl.');
}

function checkFiles(mount: CheckedMount, root: string, report: Report): void {
  if (kindOf(root) !== 'directory') {
    return report('root', `there is no directory at ${show(root)}. Make it, or correct the path (it is relative to the configuration file).`);
  }
  for (const key of ['fallback', 'notFound'] as const) {
    const name = mount[key];
    if (name !== undefined && kindOf(join(root, name)) !== 'file') {
      report(key, `there is no file at ${show(join(root, name))}. Make it, or correct the name (it is relative to root).`);
    }
  }
}

function kindOf(path: string): 'directory' | 'file' | undefined {
  const found = lookOrNone(path);
  if (found?.isDirectory()) return 'directory';
  return found?.isFile() ? 'file' : undefined;
}

/** The value of Cache-Control, "" for none. */
function cacheControl(rule: { maxAge: number | undefined; immutable?: boolean; cacheControl: string | undefined }): string {
  if (rule.cacheControl !== undefined) return rule.cacheControl;
  if (rule.maxAge === undefined) return '';
  return `public, max-age=${Math.floor(rule.maxAge / 1000)}${rule.immutable === true ? ', immutable' : ''}`;
}
