/** What listen() was asked for, in the forms that net.Server takes. Main thread. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** The object form: server.listen({ port: 3000 }). */
export interface ListenOptions {
  port?: number | string | undefined;
  host?: string | undefined;
  /** A unix socket; excludes port and host. */
  path?: string | undefined;
  /** Closes the server when it aborts. */
  signal?: AbortSignal | undefined;
  /** Accepted because callers pass it; the server's backlog is its own. */
  backlog?: number | undefined;
}

export interface ListenTarget {
  readonly address: { readonly host: string; readonly port: number } | { readonly unix: string };
  /** The host is a name that must be looked up. */
  readonly isName: boolean;
  readonly signal: AbortSignal | undefined;
  readonly callback: (() => void) | undefined;
}

/** Without a host: all addresses of IPv4. (node:http takes :: for both families; a socket of this server has one.) */
const ANY_HOST = '0.0.0.0';

/**
 * Reads (port, host?, backlog?, callback?), (path, callback?), (options, callback?) or (callback?). Throws node:http's
 * errors for a port or an argument that is none.
 */
export function listenTarget(args: readonly unknown[]): ListenTarget {
  const last = args.at(-1);
  const callback = typeof last === 'function' ? (last as () => void) : undefined;
  const [first, second] = callback === undefined ? args : args.slice(0, -1);
  const options = typeof first === 'object' && first !== null ? (first as ListenOptions) : plainOptions(first, second);
  const { path, signal, host } = options;
  if (path !== undefined) return { address: { unix: path }, isName: false, signal, callback };
  const name = host === undefined || host === '' ? ANY_HOST : host === 'localhost' ? '127.0.0.1' : host;
  return { address: { host: name, port: portOf(options.port) }, isName: isIP(name) === 0, signal, callback };
}

/** The target with the address of its host's name. Rejects as dns.lookup() does. */
export async function lookedUp(target: ListenTarget): Promise<ListenTarget> {
  const { host, port } = target.address as { host: string; port: number };
  const { address } = await lookup(host);
  return { ...target, address: { host: address, port }, isName: false };
}

function plainOptions(first: unknown, second: unknown): ListenOptions {
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first };
  return { port: (first ?? 0) as number, host: typeof second === 'string' ? second : undefined };
}

function portOf(given: unknown): number {
  const port = typeof given === 'string' && given.trim() !== '' ? Number(given) : (given ?? 0);
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw Object.assign(new RangeError(`listen(): got port ${String(given)}, expected a whole number from 0 to 65535`), { code: 'ERR_SOCKET_BAD_PORT' });
}
