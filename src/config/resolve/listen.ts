/**
 * From the checked listen key to addresses: overrides applied, names resolved, certificates read once, rules between them. Main thread.
 *
 * `--host` and `--port` (and their variables) change the first TCP address of `listen`, or add one when there is none.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import type { ConfigProblem } from '../../errors.ts';
import { inheritedSockets } from './inherited.ts';
import type { Overrides } from './overrides.ts';
import { resolveTls } from './tls.ts';
import { show } from '../values/show.ts';
import type { ListenAddress } from '../types.ts';
import { type ListenSpec, plainAddress, type TcpSpec, type UnixSpec } from '../values/addresses.ts';

/** Where relative paths start (absolute), and what an address has that does not say it. */
export interface ListenPlace {
  readonly directory: string;
  readonly host: string;
  readonly port: number;
}

/** sun_path holds 108 bytes with the closing NUL (unix(7)). */
const MAX_UNIX_PATH_BYTES = 107;

/** IPv4, which is told without node:net: the usual start does not wait for that. */
const PLAIN_ADDRESS = /^(?:(?:25[0-5]|(?:2[0-4]|1\d|[1-9]?)\d)(?:\.(?!$)|$)){4}$/;

const NO_CLIENT_CERTIFICATES = { ocsp: undefined, ca: undefined, clientCertificates: undefined, minVersion: undefined, sni: undefined };

/** Problems are added to `problems`. Without `specs`: one address, where the defaults say. */
export async function resolveListen(
  specs: ListenSpec[] | undefined,
  place: ListenPlace,
  overrides: Overrides,
  problems: ConfigProblem[],
): Promise<ListenAddress[]> {
  const list: ListenSpec[] = [...(specs ?? [plainAddress(undefined, undefined)])];
  if (overrides.host !== undefined || overrides.port !== undefined || overrides.tls !== undefined) {
    const index = list.findIndex(isTcp);
    const tcp = list.find(isTcp) ?? plainAddress(undefined, undefined);
    if (overrides.tls !== undefined && (tcp.tls !== undefined || tcp.redirect !== undefined)) {
      const key = tcp.tls === undefined ? 'redirect' : 'tls';
      problems.push({ path: '--https', text: `is for a site without certificates of its own, and listen[${index}] has ${key}. Leave --https out.` });
    }
    list[index === -1 ? list.length : index] = {
      ...tcp,
      host: overrides.host ?? tcp.host,
      port: overrides.port ?? tcp.port,
      tls: overrides.tls === undefined ? tcp.tls : { ...NO_CLIENT_CERTIFICATES, ...overrides.tls },
    };
  }
  const addresses = (await Promise.all(list.map((spec, index) => resolveSpec(spec, index, place, problems)))).flat();
  checkDuplicates(addresses, problems);
  return addresses;
}

function isTcp(spec: ListenSpec): spec is TcpSpec {
  return !('unix' in spec) && !('fd' in spec);
}

async function resolveSpec(spec: ListenSpec, index: number, place: ListenPlace, problems: ConfigProblem[]): Promise<ListenAddress[]> {
  const path = `listen[${index}]`;
  if (!('fd' in spec)) return [await resolveAddress(spec, index, place, problems)];
  const tls = spec.tls && (await resolveTls(spec.tls, place.directory, `${path}.tls`, problems));
  const { redirect, proxyProtocol } = spec;
  return inheritedSockets(spec.fd, `${path}.fd`, problems).map((fd) => ({ fd, tls, redirect, proxyProtocol }));
}

async function resolveAddress(spec: TcpSpec | UnixSpec, index: number, place: ListenPlace, problems: ConfigProblem[]): Promise<ListenAddress> {
  const { proxyProtocol } = spec;
  if ('unix' in spec) {
    const unix = spec.unix.startsWith('@') ? spec.unix : resolvePath(place.directory, spec.unix);
    if (Buffer.byteLength(unix) > MAX_UNIX_PATH_BYTES) {
      const text = `got ${show(unix)}, expected an absolute path of at most ${MAX_UNIX_PATH_BYTES} bytes. Use a shorter directory such as "/run/site.sock".`;
      problems.push({ path: `listen[${index}].unix`, text });
    }
    return { unix, proxyProtocol };
  }
  const host = spec.host ?? place.host;
  const port = spec.port ?? place.port;
  const rest = {
    port,
    tls: spec.tls && (await resolveTls(spec.tls, place.directory, `listen[${index}].tls`, problems)),
    redirect: spec.redirect,
    proxyProtocol,
  };
  // Not left to the resolver: it may answer ::1 first, and then nobody reaches 127.0.0.1.
  if (host.toLowerCase() === 'localhost') return { host: '127.0.0.1', ...rest };
  if (PLAIN_ADDRESS.test(host) || isIP(host) !== 0) return { host, ...rest };
  try {
    return { host: (await lookup(host)).address, ...rest };
  } catch {
    problems.push({ path: `listen[${index}].host`, text: `got ${show(host)}, which has no address here. Use a literal IP such as "127.0.0.1", or "0.0.0.0" for every interface.` });
    return { host, ...rest };
  }
}

function checkDuplicates(addresses: readonly ListenAddress[], problems: ConfigProblem[]): void {
  const seen = new Map<string, number>();
  for (const [index, address] of addresses.entries()) {
    if ('port' in address && address.port === 0) continue;
    const key = 'port' in address ? `${address.host} ${address.port}` : 'fd' in address ? `fd ${address.fd}` : address.unix;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else problems.push({ path: `listen[${index}]`, text: `is the same address as listen[${first}]. Remove one of the two.` });
  }
}
