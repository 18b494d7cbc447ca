/**
 * What a worker prints becomes entries of the log: console.* with the level of the method, process.stdout and process.stderr
 * by lines. Worker thread; Node would send it to the main thread in pieces of no bounded number.
 */
import { StringDecoder } from 'node:string_decoder';
import { MAX_CHARACTERS } from './entry.ts';
import type { LogLevel } from './level.ts';
import { logText } from './logger.ts';

type Done = (error?: Error | null) => void;

/** Methods that print. One call is one entry, with as many lines as it has. */
const METHODS = {
  log: 'info', info: 'info', dir: 'info', dirxml: 'info', table: 'info', group: 'info', groupCollapsed: 'info', count: 'info',
  timeEnd: 'info', timeLog: 'info', trace: 'info', debug: 'debug', warn: 'warn', assert: 'warn', error: 'error',
} as const satisfies Record<string, LogLevel>;

/** Of the console method that runs. */
let level: LogLevel | null = null;
let endLines: (() => void) | null = null;

/** Begins, for the rest of the thread; once. Returns what ends lines that were begun: called when nothing more is printed. */
export function capturePrinted(): () => void {
  endLines ??= capture();
  return endLines;
}

function capture(): () => void {
  for (const [name, its] of Object.entries(METHODS) as [keyof typeof METHODS, LogLevel][]) wrapMethod(name, its);
  const rests = [captureStream(process.stdout, 'info'), captureStream(process.stderr, 'warn')];
  const end = () => rests.forEach((endLine) => endLine());
  process.on('exit', end);
  return end;
}

function wrapMethod(name: keyof typeof METHODS, its: LogLevel): void {
  const print = console[name] as (...values: unknown[]) => void;
  console[name] = (...values: unknown[]) => {
    // Methods call each other: the outermost one says.
    const outer = level;
    level ??= its;
    try {
      print.apply(console, values);
    } finally {
      level = outer;
    }
  };
}

/** Returns what logs the line that was begun. */
function captureStream(stream: NodeJS.WriteStream, its: LogLevel): () => void {
  const decoder = new StringDecoder('utf8');
  let begun = '';
  const take = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    const text = typeof chunk === 'string' ? decodeAs(chunk, encoding) : decoder.write(Buffer.from(chunk));
    if (level !== null) {
      logText(level, text.endsWith('\n') ? text.slice(0, -1) : text);
    } else {
      const lines = (begun + text).split('\n');
      begun = lines.pop() ?? '';
      for (const line of lines) logText(its, line);
      if (begun.length > MAX_CHARACTERS) endLine();
    }
    const tell = typeof encoding === 'function' ? encoding : done;
    if (tell !== undefined) process.nextTick(tell);
    return true;
  };
  const endLine = (): void => {
    if (begun !== '') logText(its, begun);
    begun = '';
  };
  stream.write = take as typeof stream.write;
  return endLine;
}

/** Texts in hexadecimal and the like are bytes to a stream. */
function decodeAs(text: string, encoding: BufferEncoding | Done | undefined): string {
  if (typeof encoding !== 'string' || /^utf-?8$/i.test(encoding)) return text;
  return Buffer.from(text, encoding).toString();
}
