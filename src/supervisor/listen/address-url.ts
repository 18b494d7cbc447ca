/** Addresses of listeners, as clients write them. */
import { isIPv6 } from 'node:net';
import type { NativeAddress } from '../../native/binding.ts';

/** The address as a client on this machine writes it: wildcard addresses become loopback. */
export function addressUrl({ unix, host = '', port, tls }: NativeAddress): string {
  if (unix !== undefined) return `unix:${unix}`;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${tls ? 'https' : 'http'}://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}
