/** Addresses of listeners, as clients write them. */
import type { NativeAddress } from '../../native/binding.ts';

/** The address as a client on this machine writes it: wildcard addresses become loopback. Hosts are numeric: a colon tells IPv6 (isIPv6() compiles an expression of 3 ms for it). */
export function addressUrl({ unix, host = '', port, tls }: NativeAddress): string {
  if (unix !== undefined) return `unix:${unix}`;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${tls ? 'https' : 'http'}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
