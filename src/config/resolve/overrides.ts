/**
 * What the environment and the command line say about the configuration. Both are text; both stand above the file.
 * Each value keeps the name under which it was given, for messages.
 */
import { ConfigError, type ConfigProblem } from '../../errors.ts';
import { MAX_WORKERS } from '../schema/pools.ts';
import { MAX_IO_THREADS } from '../schema.ts';
import { show } from '../values/show.ts';
import type { AccessLog } from '../types.ts';
import { parseHost, parsePort } from '../values/addresses.ts';
import { parseWholeText } from '../values/numbers.ts';

/** Checked values; undefined: not given. */
export interface Overrides {
  host: string | undefined;
  port: number | undefined;
  workers: Named<number | 'auto'> | undefined;
  ioThreads: number | undefined;
  access: AccessLog | undefined;
  /** Certificate and key for the first TCP address. */
  tls: { cert: string; key: string } | undefined;
}

/** A value and the name that it was given under: "--workers", "WEB_CONCURRENCY". */
export interface Named<Value> {
  readonly name: string;
  readonly value: Value;
}

/** Options of the command line as typed. */
export interface Flags {
  host?: string | undefined;
  port?: string | undefined;
  workers?: string | undefined;
  ioThreads?: string | undefined;
  log?: string | undefined;
}

export const NO_OVERRIDES: Overrides = { host: undefined, port: undefined, workers: undefined, ioThreads: undefined, access: undefined, tls: undefined };

/**
 * Merges command line over environment. Of two variables for one value the first named here wins:
 * FASTSERVE_PORT, PORT; FASTSERVE_WORKERS, WEB_CONCURRENCY. An empty variable counts as not set.
 * Throws ConfigError naming the option or variable. `tls` is left to the caller, who must ask the file system.
 */
export function readOverrides(flags: Flags, environment: NodeJS.ProcessEnv): Overrides {
  const problems: ConfigProblem[] = [];
  const read = <Value>(flag: Named<string | undefined>, variables: string[], expected: string, parse: (text: string) => Value | undefined) => {
    const given = firstGiven(flag, variables, environment);
    if (given === undefined) return undefined;
    const value = parse(given.value);
    if (value === undefined) problems.push({ path: given.name, text: `got ${show(given.value)}, expected ${expected}.` });
    return value === undefined ? undefined : { name: given.name, value };
  };
  const overrides: Overrides = {
    host: read({ name: '--host', value: flags.host }, ['FASTSERVE_HOST'], 'a host name or IP address', parseHost)?.value,
    port: read({ name: '--port', value: flags.port }, ['FASTSERVE_PORT', 'PORT'], 'a whole number from 0 to 65535', parsePort)?.value,
    workers: read(
      { name: '--workers', value: flags.workers },
      ['FASTSERVE_WORKERS', 'WEB_CONCURRENCY'],
      `a whole number from 0 to ${MAX_WORKERS}, or auto`,
      parseWorkers,
    ),
    ioThreads: read({ name: '--io-threads', value: flags.ioThreads }, ['FASTSERVE_IO_THREADS'], `a whole number from 1 to ${MAX_IO_THREADS}`, (text) =>
      parseWholeText(text, 1, MAX_IO_THREADS),
    )?.value,
    access: read({ name: '--log', value: flags.log }, ['FASTSERVE_LOG'], 'off, text or json', parseAccess)?.value,
    tls: undefined,
  };
  if (problems.length > 0) throw new ConfigError('command line and environment', problems);
  return overrides;
}

function firstGiven(flag: Named<string | undefined>, variables: string[], environment: NodeJS.ProcessEnv): Named<string> | undefined {
  if (flag.value !== undefined) return { name: flag.name, value: flag.value };
  for (const name of variables) {
    const value = environment[name];
    if (value !== undefined && value !== '') return { name, value };
  }
  return undefined;
}

function parseWorkers(text: string): number | 'auto' | undefined {
  return text === 'auto' ? text : parseWholeText(text, 0, MAX_WORKERS);
}

function parseAccess(text: string): AccessLog | undefined {
  return text === 'off' || text === 'text' || text === 'json' ? text : undefined;
}
