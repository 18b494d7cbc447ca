/** The part of the configuration about pools of workers. */
import * as v from 'valibot';
import type { PoolQueue } from '../types/pools.ts';
import { count, duration, isPlainObject, oneOf, optional, type Schema, section, value, withDefault } from './parts.ts';
import { template } from './rules.ts';
import { parseWhole } from '../values/numbers.ts';

/** At most this many threads of one kind: beyond, threads only wait for each other. */
export const MAX_WORKERS = 256;
/** As native/server/options.h has it. */
const MAX_POOLS = 64;

export interface CheckedPool {
  workers: number | 'auto' | CheckedElastic | undefined;
  queue: CheckedQueue;
}

export interface CheckedElastic {
  min: number;
  max: number | undefined;
  wait: number;
  idle: number;
}

interface CheckedQueue {
  length: number | undefined;
  maxWait: number | undefined;
  order: PoolQueue['order'];
  fair: string | undefined;
}

const threads = value(`a whole number from 1 to ${MAX_WORKERS}, or "auto"`, 'Write for example 2.', (input) =>
  input === 'auto' ? input : parseWhole(input, 1, MAX_WORKERS),
);

const elastic = section<CheckedElastic>('workers', '{ min: 1, max: 4 }', () => ({
  min: withDefault(count(1, MAX_WORKERS, 1), 1),
  max: optional(count(1, MAX_WORKERS, 4)),
  wait: withDefault(duration(1, '100ms'), 100),
  idle: withDefault(duration(1, '1m'), 60_000),
}));

const someThreads = v.lazy((input) => (isPlainObject(input) ? elastic : threads)) as Schema<number | 'auto' | CheckedElastic>;

const queue = section<CheckedQueue>('queue', '{ maxWait: "2s", fair: "$remote_addr" }', () => ({
  length: optional(count(0, 524_288, 1000)),
  maxWait: optional(duration(0, '2s')),
  order: withDefault(oneOf(['fifo', 'newest-first'] as const), 'fifo'),
  fair: optional(template),
}));

const EXAMPLE = '{ reports: { workers: 2 } }';

const pool = section<CheckedPool>('the pool', '{ workers: 2 }', () => ({
  workers: optional(someThreads),
  queue: withDefault(queue, {}),
}));

const poolName = value('a name of lower-case letters, digits, "_" and "-"', 'Rename the pool, for example "reports".', (input) =>
  typeof input === 'string' && /^[a-z][a-z0-9_-]{0,63}$/.test(input) ? input : undefined,
) as v.GenericSchema<string, string>;

const notAnObject = value('an object', `Write pools as ${EXAMPLE}.`, () => undefined);

export const pools: Schema<Record<string, CheckedPool>> = v.lazy((input) =>
  isPlainObject(input)
    ? v.pipe(v.record(poolName, pool), v.check((named) => Object.keys(named).length <= MAX_POOLS, `has more than ${MAX_POOLS} pools. Let routes share them.`))
    : notAnObject,
) as Schema<Record<string, CheckedPool>>;
