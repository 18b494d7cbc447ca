/**
 * Stacks as V8 prints them, in the words of the sources: frames of a compiled application are looked up in its source maps.
 * Main thread; reads files, so not for the path of a request.
 */
import { readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Between frames: the engine escapes what is no printable character. */
const FRAME_END = /\\x0a|\n/;
const PLACE = /^(.*?\(?)(file:\/\/\S+?):(\d+):(\d+)(\)?)$/;
/** Beyond them the inner ones tell enough. */
const SHOWN_FRAMES = 30;
const OWN_CODE = new URL('../../', import.meta.url).href;

/** The lines "    at name (file:line:column)" without frames of Node and of this package, unless there are no others. */
export async function stackText(frames: string): Promise<string> {
  const all = frames.split(FRAME_END).map((frame) => frame.trim()).filter((frame) => frame !== '');
  const application = all.filter((frame) => !frame.includes(OWN_CODE) && !/\(?node:/.test(frame));
  const shown = (application.length > 0 ? application : all).slice(0, SHOWN_FRAMES);
  const maps = new Map<string, Promise<SourceMap | null>>();
  const lines = await Promise.all(shown.map((frame) => mapped(frame, maps)));
  return lines.map((line) => `    at ${line}`).join('\n');
}

async function mapped(frame: string, maps: Map<string, Promise<SourceMap | null>>): Promise<string> {
  const [, before = '', url = '', line = '', column = '', after = ''] = PLACE.exec(frame) ?? [];
  if (url === '') return frame;
  let map = maps.get(url);
  if (map === undefined) maps.set(url, (map = mapOf(url)));
  const entry = (await map)?.findEntry(Number(line) - 1, Number(column) - 1);
  if (entry === undefined || !('originalSource' in entry) || entry.originalSource === undefined) return `${before}${shownUrl(url)}:${line}:${column}${after}`;
  const source = shownUrl(new URL(entry.originalSource, url).href);
  return `${before}${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}${after}`;
}

/** null for modules without a map beside them. */
async function mapOf(url: string): Promise<SourceMap | null> {
  try {
    return new SourceMap(JSON.parse(await readFile(fileURLToPath(`${url}.map`), 'utf8')) as SourceMapPayload);
  } catch {
    return null;
  }
}

function shownUrl(url: string): string {
  return url === pathToFileURL(fileURLToPath(url)).href ? fileURLToPath(url) : url;
}
