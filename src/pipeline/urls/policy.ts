/** The options of a route that the front keeps: they become the route's policy in the manifest. */
import type { RoutePolicy } from '../../gateway/contract.ts';
import { parseDuration } from '../../quantities.ts';
import type { RouteOptions } from './path.ts';
import { UrlconfError } from './urlconf-error.ts';

export const POLICY_OPTIONS = ['timeout', 'softTimeout', 'slow', 'replay', 'pool', 'concurrency', 'onFull'] as const satisfies readonly (keyof RouteOptions)[];

const LONGEST_MS = 86_400_000;

/** UrlconfError for values that mean nothing. `call` begins the message. */
export function checkPolicy(call: string, options: RouteOptions): void {
  for (const name of ['timeout', 'softTimeout', 'slow'] as const) {
    const given = options[name];
    if (given === undefined) continue;
    const milliseconds = parseDuration(given);
    if (milliseconds !== undefined && milliseconds <= LONGEST_MS) continue;
    throw new UrlconfError(`${call}: ${name} is ${JSON.stringify(given)}; expected milliseconds or text such as "5s", at most 24h, 0 for none`);
  }
  const { replay } = options;
  if (replay !== undefined && replay !== 'safe' && replay !== 'never') {
    throw new UrlconfError(`${call}: replay is ${JSON.stringify(replay)}; expected "safe" or "never"`);
  }
  checkPoolName(call, options.pool);
  checkConcurrency(call, options);
  const { timeout, softTimeout } = policyOf(options) ?? {};
  if (timeout && softTimeout !== undefined && softTimeout >= timeout) {
    throw new UrlconfError(`${call}: softTimeout (${softTimeout} ms) must be less than timeout (${timeout} ms), behind which nobody waits for the answer`);
  }
}

/** What the front must know; undefined when the options ask for nothing. */
export function policyOf(options: RouteOptions): RoutePolicy | undefined {
  const policy: RoutePolicy = {};
  if (options.timeout !== undefined) policy.timeout = parseDuration(options.timeout) as number;
  if (options.softTimeout !== undefined) policy.softTimeout = parseDuration(options.softTimeout) as number;
  if (options.slow !== undefined) policy.slow = parseDuration(options.slow) as number;
  if (options.replay !== undefined) policy.replay = options.replay;
  if (options.pool !== undefined) policy.pool = options.pool;
  if (options.concurrency !== undefined) policy.concurrency = options.concurrency;
  if (options.onFull !== undefined) policy.onFull = options.onFull;
  return Object.keys(policy).length === 0 ? undefined : policy;
}

/** UrlconfError for what is no name of a pool. Whether there is such a pool is known only where the server starts. */
export function checkPoolName(call: string, pool: unknown): void {
  if (pool === undefined || (typeof pool === 'string' && pool !== '')) return;
  throw new UrlconfError(`${call}: pool is ${JSON.stringify(pool)}; expected the name of one of the "pools" of the configuration, such as "reports"`);
}

const MOST_CONCURRENT = 1_000_000;

function checkConcurrency(call: string, { concurrency, onFull }: RouteOptions): void {
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MOST_CONCURRENT)) {
    throw new UrlconfError(`${call}: concurrency is ${JSON.stringify(concurrency)}; expected a whole number from 1 to ${MOST_CONCURRENT}`);
  }
  if (onFull === undefined) return;
  if (onFull !== 'queue' && onFull !== 'reject') throw new UrlconfError(`${call}: onFull is ${JSON.stringify(onFull)}; expected "queue" or "reject"`);
  if (concurrency === undefined) throw new UrlconfError(`${call}: onFull says what happens beyond concurrency, which is missing; add concurrency`);
}
