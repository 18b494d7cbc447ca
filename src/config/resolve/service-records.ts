/** SRV records (RFC 2782): the servers of a service, with their ports, weights and order. Pure but for the resolver that it is given. */
import type { SrvRecord } from 'node:dns';

/** Where a server's name leads. */
export interface Endpoint {
  /** A literal IP. */
  readonly host: string;
  /** 0: the server's own. */
  readonly port: number;
  /** 0: the server's own. */
  readonly weight: number;
  /** Behind those of a better priority. */
  readonly isBackup: boolean;
}

/** What a server's weight may be. */
const MAX_WEIGHT = 1000;

/** True for the name of SRV records. */
export function isService(name: string): boolean {
  return name.startsWith('_');
}

/**
 * The endpoints that the records name, those of the best priority first: they serve, all others are backups. Hosts without an address are left
 * out. Rejects when no endpoint is left, and when a host cannot be asked for: a server must not go because a resolver is in trouble.
 */
export async function endpointsOf(records: readonly SrvRecord[], addressesOf: (host: string) => Promise<readonly string[]>): Promise<Endpoint[]> {
  const named = records.filter(({ name, port }) => name !== '' && name !== '.' && port !== 0).sort(inOrder);
  const best = named[0]?.priority;
  const scale = Math.max(MAX_WEIGHT, ...named.map(({ weight }) => weight)) / MAX_WEIGHT;
  const found = await Promise.all(
    named.map(async ({ name, port, priority, weight }) => {
      const addresses = await addressesOf(name).catch(orNone);
      return addresses.map((host): Endpoint => ({ host, port, weight: Math.max(1, Math.round(weight / scale)), isBackup: priority !== best }));
    }),
  );
  const endpoints = withoutRepeated(found.flat());
  if (endpoints.length === 0) throw Object.assign(new Error('its records name no server'), { code: 'ENOTFOUND' });
  return endpoints;
}

/** The same for the same records, whoever was asked. */
function inOrder(one: SrvRecord, other: SrvRecord): number {
  return one.priority - other.priority || (one.name < other.name ? -1 : one.name > other.name ? 1 : one.port - other.port);
}

function orNone(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code !== 'ENODATA' && error.code !== 'ENOTFOUND') throw error;
  return [];
}

/** Two hosts may share an address: the first counts. */
function withoutRepeated(endpoints: readonly Endpoint[]): Endpoint[] {
  const byAddress = new Map<string, Endpoint>();
  for (const endpoint of endpoints) {
    const address = `${endpoint.host} ${endpoint.port}`;
    if (!byAddress.has(address)) byAddress.set(address, endpoint);
  }
  return [...byAddress.values()];
}
