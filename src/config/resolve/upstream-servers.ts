/** One server of an upstream: from checked values to what the addon takes, one for each address of its name. */
import { createHmac, randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import type { ConfigProblem } from '../../errors.ts';
import type { UpstreamServer } from '../types/proxy.ts';
import { authorityOf } from '../values/proxy.ts';
import type { CheckedServer } from '../schema/upstreams.ts';
import { show } from '../values/show.ts';
import { isService, type Endpoint } from './service-records.ts';

/** sun_path holds 108 bytes with the closing NUL (unix(7)). */
const MAX_UNIX_PATH_BYTES = 107;
/** Sticky cookies last as long as the process: a server that is started anew spreads its clients anew. */
let stickyKey: Buffer | undefined;

/** Where a name leads, at least to one endpoint. Rejects when it has none. */
export type NameResolver = (name: string) => Promise<readonly Endpoint[]>;

/** What is wrong is added to `problems`. Relative paths start at `directory`. */
export async function serversOf(checked: CheckedServer, path: string, directory: string, resolver: NameResolver, problems: ConfigProblem[]): Promise<UpstreamServer[]> {
  const { url, ...settings } = checked;
  const { label, address } = url;
  const { protocol, tls, port } = address;
  const common = { label, protocol, tls, authority: authorityOf(address), stickyId: stickyIdOf(label), draining: false, ...settings };
  if (address.unix !== '') {
    const unix = resolvePath(directory, address.unix);
    if (Buffer.byteLength(unix) > MAX_UNIX_PATH_BYTES) {
      problems.push({ path, text: `got ${show(unix)}, expected an absolute path of at most ${MAX_UNIX_PATH_BYTES} bytes. Use a shorter directory such as "/run/app.sock".` });
    }
    return [{ ...common, name: '', host: '', port: 0, unix }];
  }
  const literal = address.service === '' ? literalOf(address.host) : '';
  const name = address.service !== '' ? address.service : literal === '' ? address.host : '';
  const server = { ...common, name, host: literal, port, unix: '' };
  if (literal !== '') return [server];
  if (address.service !== '') problems.push(...doubts(checked, path));
  try {
    return withEndpoints(server, await resolver(name));
  } catch {
    problems.push({ path, text: `got ${show(name)}, which has ${address.service === '' ? 'no address' : 'no SRV records with a server'} here. ${FIX_NAME}` });
    return [];
  }
}

const FIX_NAME = 'Use a literal IP such as "127.0.0.1", or correct the name.';

/** What the records of a service say in the server's place. */
function doubts({ url: { address }, weight }: CheckedServer, path: string): ConfigProblem[] {
  const says = `has no meaning for ${show(address.service)}, whose records say it`;
  return [
    ...(address.port === 0 ? [] : [{ path, text: `the port ${says}. Remove it.` }]),
    ...(weight === 1 ? [] : [{ path: `${path}.weight`, text: `${says}. Remove it.` }]),
  ];
}

/** The servers that a name stands for: those of a host in an order that does not depend on who was asked, those of a service in its own. */
export function withEndpoints(server: UpstreamServer, endpoints: readonly Endpoint[]): UpstreamServer[] {
  if (isService(server.name)) {
    return endpoints.map(({ host, port, weight, isBackup }) => {
      const stickyId = stickyIdOf(`${server.label} ${host} ${port}`);
      return { ...server, host, port, weight, backup: isBackup || server.backup, stickyId };
    });
  }
  const hosts = [...new Set(endpoints.map(({ host }) => host))].sort();
  return hosts.map((host) => ({ ...server, host, stickyId: stickyIdOf(`${server.label} ${host}`) }));
}

/** What the system says, the hosts file included: the addresses of the family that it prefers, which are those it can reach. */
export async function systemAddresses(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true });
  return found.filter(({ family }) => family === found[0]?.family).map(({ address }) => address);
}

/** Tells a server's place to nobody who does not know this process, and is the same in all of its generations. */
function stickyIdOf(place: string): string {
  stickyKey ??= randomBytes(32);
  return createHmac('sha256', stickyKey).update(place).digest('hex').slice(0, 16);
}

/** "" for a name that is to be resolved. */
function literalOf(host: string): string {
  // Not left to the resolver: it may answer ::1 first, where few servers listen.
  if (host.toLowerCase() === 'localhost') return '127.0.0.1';
  return isIP(host) === 0 ? '' : host;
}
