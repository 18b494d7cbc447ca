/**
 * Stacks as V8 prints them, in the words of the sources: frames of a compiled application are looked up in its source maps.
 * Main thread; reads files, so not for the path of a request.
 */
import { readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Between frames: the engine escapes what is no printable character. */
const FRAME_END = /\\x0a|\n/;
/** ES modules are named by their URLs, what require() has loaded by its path. */
const PLACE = /^(.* \(|async |)((?:file:\/\/)?\/.*):(\d+):(\d+)(\)?)$/;
/** Beyond them the inner ones tell enough. */
const SHOWN_FRAMES = 30;
const OWN_CODE = fileURLToPath(new URL('../../', import.meta.url));

/** What a frame says. */
interface Frame {
  readonly text: string;
  /** null: it names no file. */
  readonly place: { readonly before: string; readonly file: string; readonly line: number; readonly column: number; readonly after: string } | null;
}

/** The lines "    at name (file:line:column)" without frames of Node and of this package, unless there are no others. */
export async function stackText(frames: string): Promise<string> {
  const all = frames.split(FRAME_END).map((frame) => frame.trim()).filter((frame) => frame !== '').map(frameOf);
  const application = all.filter(({ text, place }) => place?.file.startsWith(OWN_CODE) !== true && !/\(?node:/.test(text));
  const shown = (application.length > 0 ? application : all).slice(0, SHOWN_FRAMES);
  const maps = new Map<string, Promise<SourceMap | null>>();
  const lines = await Promise.all(shown.map((frame) => mapped(frame, maps)));
  return lines.map((line) => `    at ${line}`).join('\n');
}

function frameOf(text: string): Frame {
  const [, before = '', named = '', line, column, after = ''] = PLACE.exec(text) ?? [];
  if (named === '') return { text, place: null };
  return { text, place: { before, file: named.startsWith('/') ? named : fileURLToPath(named), line: Number(line), column: Number(column), after } };
}

async function mapped({ text, place }: Frame, maps: Map<string, Promise<SourceMap | null>>): Promise<string> {
  if (place === null) return text;
  const { before, file, line, column, after } = place;
  let map = maps.get(file);
  if (map === undefined) maps.set(file, (map = mapOf(file)));
  const entry = (await map)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry) || entry.originalSource === undefined) return `${before}${file}:${line}:${column}${after}`;
  const source = new URL(entry.originalSource, pathToFileURL(file));
  return `${before}${source.protocol === 'file:' ? fileURLToPath(source) : source.href}:${entry.originalLine + 1}:${entry.originalColumn + 1}${after}`;
}

/** null for files without a map beside them. */
async function mapOf(file: string): Promise<SourceMap | null> {
  try {
    return new SourceMap(JSON.parse(await readFile(`${file}.map`, 'utf8')) as SourceMapPayload);
  } catch {
    return null;
  }
}
