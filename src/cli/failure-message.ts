/** What `fastserve dev` prints when the code is broken: the reason, the place and the lines around it. */
import { stripVTControlCharacters } from 'node:util';
import type { Failure } from '../dev/failure.ts';
import { style } from './style.ts';

const STACK_LINES = 6;

/** Several lines. `shorten` makes paths short. Escape sequences of the source and of messages are left out. */
export function failureMessage({ heading, message, place, frame, stack }: Failure, shorten: (path: string) => string): string {
  const lines = [`${style.error('error:')} ${heading}: ${message}`];
  if (place !== null) lines.push(`  ${style.link(`${shorten(place.file)}:${place.line}:${place.column}`)}`);
  const width = String(frame.at(-1)?.number ?? 0).length;
  for (const { number, text, hit } of frame) {
    const marked = `${hit ? '>' : ' '} ${String(number).padStart(width)} | ${stripVTControlCharacters(text)}`;
    lines.push(`  ${hit ? marked : style.quiet(marked)}`);
  }
  if (stack !== '') lines.push(...stack.split('\n', STACK_LINES).map((line) => style.quiet(stripVTControlCharacters(line))));
  return `${lines.join('\n')}\n`;
}
