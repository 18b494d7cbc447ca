/** How the command tells a failure on standard error: the reason, the place and the lines around it. */
import { stripVTControlCharacters } from 'node:util';
import type { Failure } from '../dev/failure.ts';
import { framesOf } from '../dev/stack.ts';
import { errorStyle } from './style.ts';

const STACK_LINES = 6;

/** What is known of it; a message at least. */
export type ToldFailure = Pick<Failure, 'message'> & Partial<Failure>;

/**
 * Several lines. `shorten` makes paths short. Escape sequences of the source and of messages are left out. The stack is
 * shown down to the application's last frame: what called the application is not its fault.
 */
export function failureMessage({ heading = '', message, place = null, frame = [], stack = '' }: ToldFailure, shorten = (path: string) => path): string {
  const lines = [`${errorStyle.error('error:')} ${heading === '' ? '' : `${heading}: `}${message}`];
  if (place !== null) lines.push(`  ${errorStyle.link(`${shorten(place.file)}:${place.line}:${place.column}`)}`);
  const width = String(frame.at(-1)?.number ?? 0).length;
  for (const { number, text, hit } of frame) {
    const marked = `${hit ? '>' : ' '} ${String(number).padStart(width)} | ${stripVTControlCharacters(text)}`;
    lines.push(`  ${hit ? marked : errorStyle.quiet(marked)}`);
  }
  const frames = framesOf(stack);
  const callers = frames.slice(0, frames.findLastIndex(({ isApplication }) => isApplication) + 1).filter(({ isOwn }) => !isOwn);
  if (callers.length > 1) lines.push(...callers.slice(0, STACK_LINES).map(({ text }) => errorStyle.quiet(`    ${stripVTControlCharacters(text)}`)));
  return `${lines.join('\n')}\n`;
}
