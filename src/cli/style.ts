/** Colours for people, for each stream on its own: on a terminal, or when FORCE_COLOR asks for them; never with NO_COLOR. */
import { isatty } from 'node:tty';
import pc from 'picocolors';

const STDOUT = 1;
const STDERR = 2;

/** What a part of a text is marked as. */
export interface Style {
  /** Whether there are any colours. */
  readonly colours: boolean;
  quiet(text: string): string;
  link(text: string): string;
  error(text: string): string;
}

/** Of what is written to standard output. */
export const style: Style = styleOf(STDOUT);

/** Of what is written to standard error, which may lead elsewhere. */
export const errorStyle: Style = styleOf(STDERR);

function styleOf(descriptor: number): Style {
  const { dim, cyan, red, isColorSupported } = pc.createColors(wantsColours(descriptor));
  return { colours: isColorSupported, quiet: dim, link: cyan, error: red };
}

/** An empty variable counts as not set: https://no-color.org, https://force-color.org. */
function wantsColours(descriptor: number): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM = '' } = process.env;
  if (NO_COLOR !== '') return false;
  return FORCE_COLOR !== '' ? FORCE_COLOR !== '0' : isatty(descriptor) && TERM !== 'dumb';
}
