/** Stacks as V8 writes them, taken apart: whose code each frame is in. Pure functions, any thread. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a frame is. */
export interface Place {
  /** Absolute path. */
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

export interface StackFrame {
  /** The line as V8 wrote it, without indentation. */
  readonly text: string;
  /** null for Node's own code and what has no file. */
  readonly place: Place | null;
  /** Code of the application, where a fault is looked for: no package, not Node, not this package. */
  readonly isApplication: boolean;
  /** Code of this package. */
  readonly isOwn: boolean;
}

const OWN_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STACK_LINE = /^\s+at (?:.*? \()?((?:file:\/\/)?\/.+?):(\d+):(\d+)\)?$/;

/** The lines "at ..." of a stack. */
export function framesOf(stack: string): StackFrame[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => {
      const place = placeOf(STACK_LINE.exec(line));
      const isOwn = place !== null && isOwnFile(place.file);
      return { text: line.trim(), place, isOwn, isApplication: place !== null && !isOwn && !place.file.includes('/node_modules/') };
    });
}

/** Of groups (file or file: URL, line, column); null for no match. */
export function placeOf(match: RegExpExecArray | null): Place | null {
  const [, file = '', line, column] = match ?? [];
  if (file === '') return null;
  return { file: file.startsWith('file:') ? fileURLToPath(file) : file, line: Number(line), column: Number(column) };
}

/** A path as people look for it: from the directory that the command runs in, where it is below that. */
export function shownPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path === '' || path.startsWith('..') ? file : path;
}

function isOwnFile(file: string): boolean {
  return file.startsWith(`${OWN_ROOT}src/`) || file.startsWith(`${OWN_ROOT}dist/`);
}
