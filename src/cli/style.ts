/** Colours for people: on a terminal, or when FORCE_COLOR asks for them; never with NO_COLOR. */
import pc from 'picocolors';

const wanted = process.stdout.isTTY === true || (process.env['FORCE_COLOR'] ?? '') !== '';
const colors = pc.createColors(pc.isColorSupported && wanted);

export const style = {
  /** Whether there are any. */
  colours: colors.isColorSupported,
  quiet: colors.dim,
  link: colors.cyan,
  error: colors.red,
};
