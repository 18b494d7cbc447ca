/**
 * The options of `fastserve start`, and a reader of the command lines that need no more than them. Main thread, first of all.
 *
 * DESIGN: the library for command lines takes longer to load than a start has time for. It reads what this reader leaves to it: help,
 * mistakes and rare spellings; where both read, they read the same (test/cli/start-options.test.ts).
 */
import type { Flags } from '../config/resolve/overrides.ts';

/** What the command line said, as typed. */
export interface StartFlags extends Flags {
  config?: string;
  https?: boolean;
}

export interface StartOption {
  /** Its place in StartFlags. */
  readonly key: keyof StartFlags;
  readonly short?: string;
  readonly long: string;
  /** What its value is called in the help; null: it has none. */
  readonly value: string | null;
}

/** In the order of the help. */
export const START_OPTIONS: readonly StartOption[] = [
  { key: 'config', short: '-c', long: '--config', value: 'file' },
  { key: 'host', short: '-H', long: '--host', value: 'host' },
  { key: 'port', short: '-p', long: '--port', value: 'number' },
  { key: 'https', long: '--https', value: null },
  { key: 'workers', short: '-w', long: '--workers', value: 'number' },
  { key: 'ioThreads', long: '--io-threads', value: 'number' },
  { key: 'log', long: '--log', value: 'format' },
];

/** The directory that is served when none is given. */
export const DEFAULT_DIRECTORY = '.';

/**
 * What `args`, behind the word "start", say: at most one directory, options by their whole names, each value a word of its own that
 * does not begin with "-". null for everything else.
 */
export function readStartArguments(args: readonly string[]): { directory: string; flags: StartFlags } | null {
  const flags: Partial<Record<keyof StartFlags, string | boolean>> = {};
  let directory: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const option = START_OPTIONS.find(({ short, long }) => word === short || word === long);
    if (option === undefined) {
      if (word.startsWith('-') || directory !== undefined) return null;
      directory = word;
    } else if (option.value === null) {
      flags[option.key] = true;
    } else {
      const value = args[++i];
      if (value === undefined || value.startsWith('-')) return null;
      flags[option.key] = value;
    }
  }
  return { directory: directory ?? DEFAULT_DIRECTORY, flags: flags as StartFlags };
}
