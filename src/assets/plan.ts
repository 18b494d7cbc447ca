/**
 * Gives every file its built name and, where it refers to others, its new text. Reads sources, writes nothing.
 *
 * DESIGN: a file's name is a hash of what will be sent, so a stylesheet is named when everything that it refers to has a name.
 * In a circle of references no file can be first: there each name is a hash of the whole circle with the references inside
 * it left as written, which changes when any of its files or anything that they refer to changes.
 */
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { builtName } from '../config/built-name.ts';
import type { Mount } from '../config/types.ts';
import type { Asset } from './find.ts';
import { componentsInOrder } from './components.ts';
import { mapLimited } from './concurrency.ts';
import { type Digest, digestFile, digestOf, hashOfTexts } from './digest.ts';
import { escapeForStylesheet, findReferences, type Language, languageOf, type Reference, replaceReferences } from './references.ts';
import { type AssetIndex, resolveReference, withLastSegment } from './resolve.ts';

/** A file with its built name. */
export interface Planned {
  readonly asset: Asset;
  readonly name: string;
  readonly digest: Digest;
  /** Of the source; the digest is that of what is written. */
  readonly sourceHash: string;
  /** What to write; undefined: the file as it is. */
  readonly content: Buffer | undefined;
}

/** A reference that leads nowhere. */
export interface Missing {
  readonly asset: Asset;
  readonly reference: Reference;
  readonly reason: string;
}

export interface Plan {
  /** In the order of the assets. */
  readonly files: Planned[];
  readonly missing: Missing[];
}

/** A file as it was read. */
interface Source {
  readonly asset: Asset;
  /** undefined for files that refer to nothing of ours: they are not kept in memory. */
  readonly text: SourceText | undefined;
  readonly digest: Digest;
  readonly missing: Missing[];
}

interface SourceText {
  readonly language: Language;
  readonly text: string;
  readonly encoding: 'utf8' | 'latin1';
  readonly references: Reference[];
  /** By reference; undefined for those that stay. */
  readonly targets: (Asset | undefined)[];
}

/** `onRead` hears of every file. Rejects with the system's error for a file that cannot be read. */
export async function planFiles(assets: readonly Asset[], mounts: readonly Mount[], concurrency: number, onRead: (asset: Asset) => void): Promise<Plan> {
  const index = indexOf(assets, mounts);
  const sources = await mapLimited(assets, concurrency, async (asset) => {
    const source = await readSource(asset, mounts, index);
    onRead(asset);
    return source;
  });
  return { files: nameAll(sources), missing: sources.flatMap(({ missing }) => missing) };
}

/** Maps for the mounts that are built; references into others are none of ours. */
function indexOf(assets: readonly Asset[], mounts: readonly Mount[]): AssetIndex {
  const maps = mounts.map(({ manifest }) => (manifest === null ? undefined : new Map<string, Asset>()));
  for (const asset of assets) maps[asset.mount]?.set(asset.name, asset);
  return maps as AssetIndex;
}

async function readSource(asset: Asset, mounts: readonly Mount[], index: AssetIndex): Promise<Source> {
  const language = languageOf(asset.name);
  if (language === undefined) return { asset, text: undefined, digest: await digestFile(asset.path), missing: [] };
  const bytes = await readFile(asset.path);
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  const text = bytes.toString(encoding);
  const references = findReferences(language, text);
  const missing: Missing[] = [];
  const targets = references.map((reference) => {
    const found = resolveReference(reference.url, asset, mounts, index);
    if (found.kind === 'missing') missing.push({ asset, reference, reason: found.reason });
    return found.kind === 'file' ? found.asset : undefined;
  });
  if (targets.every((target) => target === undefined)) return { asset, text: undefined, digest: digestOf(bytes), missing };
  return { asset, text: { language, text, encoding, references, targets }, digest: digestOf(bytes), missing };
}

function nameAll(sources: readonly Source[]): Planned[] {
  const positions = new Map(sources.map(({ asset }, position) => [asset, position]));
  const edges = sources.map(({ text }) => (text?.targets ?? []).flatMap((target) => (target === undefined ? [] : [positions.get(target) as number])));
  const names = new Map<Asset, string>();
  const files: Planned[] = [];
  for (const component of componentsInOrder(edges)) {
    const first = component[0] as number;
    const isCircle = component.length > 1 || edges[first]?.includes(first) === true;
    if (isCircle) nameCircle(component.map((position) => sources[position] as Source), names);
    for (const position of component) {
      const { asset, text, digest: own } = sources[position] as Source;
      const content = text && Buffer.from(rewritten(text, names), text.encoding);
      const digest = content === undefined ? own : digestOf(content);
      const name = names.get(asset) ?? builtName(asset.name, digest.hash);
      names.set(asset, name);
      files[position] = { asset, name, digest, sourceHash: own.hash, content };
    }
  }
  return files;
}

/** Names the files of a circle; what they refer to outside of it has its names. */
function nameCircle(circle: readonly Source[], names: Map<Asset, string>): void {
  const sorted = [...circle].sort((a, b) => (placeOf(a.asset) < placeOf(b.asset) ? -1 : 1));
  const whole = hashOfTexts(sorted.flatMap(({ asset, text }) => [placeOf(asset), text === undefined ? '' : rewritten(text, names)]));
  for (const { asset } of sorted) names.set(asset, builtName(asset.name, hashOfTexts([whole, placeOf(asset)])));
}

function placeOf(asset: Asset): string {
  return `${asset.mount} ${asset.name}`;
}

/** The text with the built names that are known so far. */
function rewritten({ language, text, references, targets }: SourceText, names: ReadonlyMap<Asset, string>): string {
  const urls = references.map(({ url }, index) => {
    const target = targets[index];
    const name = target && names.get(target);
    if (name === undefined) return undefined;
    const replaced = withLastSegment(url, basename(name));
    return language === 'css' ? escapeForStylesheet(replaced) : replaced;
  });
  return replaceReferences(text, references, urls);
}
