/** A server's stay at an address, from listen() until what came in there has ended. Main thread. */
import { isIPv6 } from 'node:net';
import type { NativeAddress } from '../native/binding.ts';
import type { BoundServer } from '../supervisor/inline-server.ts';
import type { RunningServer } from '../supervisor/running-server.ts';

/** What address() gives: as net.Server, a path for unix sockets. */
export type Address = { address: string; family: 'IPv4' | 'IPv6'; port: number } | string;

/** One stay at an address. */
export interface Stay {
  bound: BoundServer | undefined;
  /** undefined when it could not start. */
  running: Promise<RunningServer | undefined>;
  server: RunningServer | undefined;
}

/** Stands for what listens (server._handle), which is the native server's. */
export const HANDLE = Object.freeze({});

/** In the form of net.Server. */
export function shownAddress({ unix, host = '', port = 0 }: NativeAddress): Address {
  return unix ?? { address: host, family: isIPv6(host) ? 'IPv6' : 'IPv4', port };
}

/** Not yet bound. */
export function newStay(): Stay {
  return { bound: undefined, server: undefined, running: Promise.resolve(undefined) };
}
