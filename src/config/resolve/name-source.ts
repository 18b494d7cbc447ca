/** Where the names of servers lead, and how long that lasts. Main thread. */
import { Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import type { UpstreamResolve } from '../types/checks.ts';
import { isService, type Endpoint, endpointsOf } from './service-records.ts';
import { systemAddresses } from './upstream-servers.ts';

export interface NameAnswer {
  /** At least one. */
  readonly endpoints: readonly Endpoint[];
  /** null: whoever gave them does not say. */
  readonly ttlMs: number | null;
}

interface Addresses {
  readonly addresses: readonly string[];
  readonly ttlMs: number | null;
}

export class NameSource {
  readonly #resolver = new Resolver({ timeout: 2000, tries: 2 });
  /** The system's word counts, its hosts file included; DNS only tells how long it lasts. */
  readonly #asksSystem: boolean;

  constructor({ servers }: Pick<UpstreamResolve, 'servers'>) {
    this.#asksSystem = servers.length === 0;
    if (servers.length > 0) this.#resolver.setServers(servers);
  }

  /** Of a host or a service; at least one. Rejects when there is none, or nobody answers. */
  async endpoints(name: string): Promise<readonly Endpoint[]> {
    if (isService(name) || !this.#asksSystem) return (await this.answer(name)).endpoints;
    return (await systemAddresses(name)).map(endpointAt);
  }

  /** The same with the time that it lasts. */
  async answer(name: string): Promise<NameAnswer> {
    if (isService(name)) return this.#askService(name);
    const { addresses, ttlMs } = await this.#askHost(name);
    return { endpoints: addresses.map(endpointAt), ttlMs };
  }

  /**
   * DNS alone knows services. Node does not tell the time to live of their records, so that of the addresses counts, and where a record changes
   * before it is over, the bound of the watch.
   */
  async #askService(name: string): Promise<NameAnswer> {
    const times: number[] = [];
    const endpoints = await endpointsOf(await this.#resolver.resolveSrv(name), async (host) => {
      const { addresses, ttlMs } = await this.#askHost(host);
      if (ttlMs !== null) times.push(ttlMs);
      return addresses;
    });
    return { endpoints, ttlMs: times.length === 0 ? null : Math.min(UNKNOWN_TTL_MS, ...times) };
  }

  async #askHost(name: string): Promise<Addresses> {
    if (!this.#asksSystem) return this.#ask(name);
    const addresses = await systemAddresses(name);
    const asked = await this.#askFamily(name, isIPv6(addresses[0] ?? '')).catch(() => null);
    // Another answer than the system's says nothing about that.
    const isSame = asked !== null && asked.addresses.some((address) => addresses.includes(address));
    return { addresses, ttlMs: isSame ? asked.ttlMs : null };
  }

  #ask(name: string): Promise<Addresses> {
    return this.#askFamily(name, false).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENODATA' && error.code !== 'ENOTFOUND') throw error;
      return this.#askFamily(name, true);
    });
  }

  async #askFamily(name: string, isSix: boolean): Promise<Addresses> {
    const records = await (isSix ? this.#resolver.resolve6(name, { ttl: true }) : this.#resolver.resolve4(name, { ttl: true }));
    return { addresses: records.map(({ address }) => address), ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1000 };
  }
}

/** Where nobody says how long an answer lasts: a hosts file, the system's own cache, the records of a service. */
export const UNKNOWN_TTL_MS = 30_000;

/** An address, of which the server itself says the rest. */
function endpointAt(host: string): Endpoint {
  return { host, port: 0, weight: 0, isBackup: false };
}
