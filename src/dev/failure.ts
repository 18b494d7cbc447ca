/**
 * What went wrong with the code, where it is, and the lines around it: for the terminal and for the overlay page. Any thread;
 * reads the source file.
 */
import { readFileSync } from 'node:fs';
import { framesOf, type Place, placeOf } from './stack.ts';

export type { Place } from './stack.ts';

export interface FrameLine {
  readonly number: number;
  readonly text: string;
  /** The line of the place. */
  readonly hit: boolean;
}

/** Plain data that crosses threads. */
export interface Failure {
  /** "The code does not compile". */
  readonly heading: string;
  readonly message: string;
  /** null when nothing says where. */
  readonly place: Place | null;
  /** Empty when the file cannot be read. */
  readonly frame: readonly FrameLine[];
  /** Lines "at ...", "" when there are none. */
  readonly stack: string;
}

const CONTEXT_LINES = 4;
const LINE_SHOWN = 200;
const COMPILER_LINE = /^\s*(\/.+?):(\d+):(\d+): (.*)$/m;
/** At the start of a line, as errors of templates have it. */
const MESSAGE_PLACE = /^(?:\w*Error: )?(\/[^\s:]+):(\d+):(\d+)\b/m;

/** Of an error that start or reload gave. */
export function describeFailure(error: Error & { code?: unknown }): Failure {
  if (error.code === 'FS_BUNDLE') return describeCompilerError(error.message);
  if (error.code === 'FS_APP') {
    const cause = error.cause as { message?: unknown } | undefined;
    return describeStack('The code could not be loaded', typeof cause?.message === 'string' ? cause.message : error.message, error.stack ?? '');
  }
  return { heading: 'The configuration cannot be used', message: error.message, place: null, frame: [], stack: '' };
}

/** Of a stack as V8 writes it, message first. A message that names a place itself, as those about templates do, knows better. */
export function describeStack(heading: string, message: string, stack: string): Failure {
  const place = placeOf(MESSAGE_PLACE.exec(message)) ?? framesOf(stack).find(({ isApplication }) => isApplication)?.place ?? null;
  const first = stack.search(/^\s+at /m);
  return { heading, message, place, frame: frameOf(place), stack: first === -1 ? '' : stack.slice(first) };
}

function describeCompilerError(text: string): Failure {
  const found = COMPILER_LINE.exec(text);
  const place = placeOf(found);
  const lines = text.split('\n').slice(1);
  const message = lines.length === 1 && found !== null ? (found[4] ?? text) : lines.map((line) => line.trim()).join('\n') || text;
  return { heading: 'The code does not compile', message, place, frame: frameOf(place), stack: '' };
}

/** The lines around a place; none when its file cannot be read. */
export function frameOf(place: Place | null): FrameLine[] {
  if (place === null) return [];
  let lines: string[];
  try {
    lines = readFileSync(place.file, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
  const first = Math.max(1, place.line - CONTEXT_LINES);
  const shown = lines.slice(first - 1, place.line + CONTEXT_LINES);
  return shown.map((text, index) => ({ number: first + index, text: text.slice(0, LINE_SHOWN), hit: first + index === place.line }));
}
