/** What a server lends to its application, in a worker and in its own thread. */
import type { NativeBinding } from '../../native/binding.ts';
import type { ApplicationEnvironment, SharedMemory, StaticDirectory } from '../contract.ts';
import type { ErrorReport } from './task.ts';

interface Lent {
  readonly native: NativeBinding;
  readonly serverId: number;
  readonly debug: boolean;
  readonly staticDirectories: readonly StaticDirectory[];
  readonly sharedMemory: SharedMemory;
  /** Hears of each application error that was answered with 500. */
  readonly onError: (report: ErrorReport) => void;
}

/** The environment of an application whose front is `serverId`. */
export function lentEnvironment({ native, serverId, onError, ...lent }: Lent): ApplicationEnvironment {
  return {
    ...lent,
    purge: (kind, text) => native.purge(serverId, kind, text),
    takeRate: (name, key, limit, windowMs) => native.takeRate(serverId, name, key, limit, windowMs),
    fragments: {
      find: (key) => native.findFragment(serverId, key),
      keep: (key, text, ticket, seconds, tags) => native.keepFragment(serverId, key, text, ticket, seconds, tags),
    },
    onError: (error, { method, target }) => onError({ type: 'error', method, target, message: error.message, stack: error.stack ?? String(error) }),
  };
}
