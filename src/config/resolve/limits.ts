/** The limits of a checked configuration: those of every request, the rules for some, and the users who must prove themselves. */
import type { ConfigProblem } from '../../errors.ts';
import { authRules } from './auth.ts';
import type { CheckedConfig } from '../schema.ts';
import type { Settings } from '../types.ts';

/** The keys of `limits` that are rules go to the gate, with the access rules. Files of users are read: relative to `directory`. */
export function limitSettings(checked: CheckedConfig, directory: string, problems: ConfigProblem[]): Pick<Settings, 'limits' | 'gate' | 'head' | 'clients'> {
  const { rate, concurrency, bandwidth, bodies, connectionsPerAddress, connectionRate, uncounted, rateKeys, ...limits } = checked.limits;
  return {
    limits,
    gate: {
      access: checked.access,
      bodies: bodies.map(({ max, ...scope }) => ({ ...scope, bytes: max })),
      bandwidth: bandwidth.map(({ rate, ...rule }) => ({ ...rule, bytesPerSecond: rate })),
      rates: rate,
      concurrency: concurrency.map(({ max, ...scope }) => ({ ...scope, most: max })),
      auth: authRules(checked.auth, directory, problems),
      connectionsPerAddress,
      connectionRate,
      uncounted,
      rateKeys,
    },
    head: checked.security.head,
    clients: checked.security.clients,
  };
}
