/** The limits of a checked configuration: those of every request, and the rules for some. */
import type { CheckedConfig } from './schema.ts';
import type { Settings } from './types.ts';

/** The keys of `limits` that are rules go to the gate, with the access rules. */
export function limitSettings({ limits: checked, access, security }: CheckedConfig): Pick<Settings, 'limits' | 'gate' | 'head'> {
  const { rate, concurrency, bodies, connectionsPerAddress, rateKeys, ...limits } = checked;
  return {
    limits,
    gate: {
      access,
      bodies: bodies.map(({ max, ...scope }) => ({ ...scope, bytes: max })),
      rates: rate,
      concurrency: concurrency.map(({ max, ...scope }) => ({ ...scope, most: max })),
      connectionsPerAddress,
      rateKeys,
    },
    head: security,
  };
}
