/** The part of the configuration about pools of workers. */
import * as v from 'valibot';
import { isPlainObject, optional, type Schema, section, value } from './schema-parts.ts';
import { parseWhole } from './values.ts';

/** At most this many threads of one kind: beyond, threads only wait for each other. */
export const MAX_WORKERS = 256;
/** As native/server/options.h has it. */
export const MAX_POOLS = 64;

export interface CheckedPool {
  workers: number | 'auto' | undefined;
}

const threads = value(`a whole number from 1 to ${MAX_WORKERS}, or "auto"`, 'Write for example 2.', (input) =>
  input === 'auto' ? input : parseWhole(input, 1, MAX_WORKERS),
);

const EXAMPLE = '{ reports: { workers: 2 } }';

const pool = section<CheckedPool>('the pool', '{ workers: 2 }', {
  workers: optional(threads),
});

const poolName = value('a name of lower-case letters, digits, "_" and "-"', 'Rename the pool, for example "reports".', (input) =>
  typeof input === 'string' && /^[a-z][a-z0-9_-]{0,63}$/.test(input) ? input : undefined,
) as v.GenericSchema<string, string>;

const notAnObject = value('an object', `Write pools as ${EXAMPLE}.`, () => undefined);

export const pools: Schema<Record<string, CheckedPool>> = v.lazy((input) =>
  isPlainObject(input)
    ? v.pipe(v.record(poolName, pool), v.check((named) => Object.keys(named).length <= MAX_POOLS, `has more than ${MAX_POOLS} pools. Let routes share them.`))
    : notAnObject,
) as Schema<Record<string, CheckedPool>>;
