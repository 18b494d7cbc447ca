/**
 * What rateLimit() has counted, of all workers and the front. Each thread counts with the server that it works for; without one
 * (inject) by itself.
 */
import type { ApplicationEnvironment } from '../gateway/contract.ts';
import { sharedMemory } from './shared-memory.ts';

const SPACE = 'rate-limits';

let active: ApplicationEnvironment['takeRate'];

/** An application calls it when it starts. */
export function activateRates(takeRate: ApplicationEnvironment['takeRate']): void {
  active = takeRate;
}

/** Counts a request of `key` under `name`: 0 when it may pass, else the milliseconds until one may. */
export function takeRate(name: string, key: string, limit: number, windowMs: number): number | Promise<number> {
  return active === undefined ? countInWindow(name, key, limit, windowMs) : active(name, key, limit, windowMs);
}

/** A fixed window: it begins with the first request and is forgotten at its end. */
async function countInWindow(name: string, key: string, limit: number, windowMs: number): Promise<number> {
  const { count, endsAt } = await sharedMemory().count(SPACE, `${name} ${key}`, windowMs);
  return count <= limit ? 0 : Math.max(1, endsAt - Date.now());
}
