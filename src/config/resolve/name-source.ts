/** Where the addresses of servers' names come from, and how long they last. Main thread. */
import { Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import type { UpstreamResolve } from '../types/checks.ts';
import { systemAddresses } from './upstream-servers.ts';

export interface NameAnswer {
  readonly addresses: readonly string[];
  /** null: whoever gave them does not say. */
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

  /** At least one. Rejects when there is none, or nobody answers. */
  async addresses(name: string): Promise<string[]> {
    return this.#asksSystem ? systemAddresses(name) : [...(await this.#ask(name)).addresses];
  }

  /** The same with the time that it lasts. */
  async answer(name: string): Promise<NameAnswer> {
    if (!this.#asksSystem) return this.#ask(name);
    const addresses = await systemAddresses(name);
    const asked = await this.#askFamily(name, isIPv6(addresses[0] ?? '')).catch(() => null);
    // Another answer than the system's says nothing about that.
    const isSame = asked !== null && asked.addresses.some((address) => addresses.includes(address));
    return { addresses, ttlMs: isSame ? asked.ttlMs : null };
  }

  #ask(name: string): Promise<NameAnswer> {
    return this.#askFamily(name, false).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENODATA' && error.code !== 'ENOTFOUND') throw error;
      return this.#askFamily(name, true);
    });
  }

  async #askFamily(name: string, isSix: boolean): Promise<NameAnswer> {
    const records = await (isSix ? this.#resolver.resolve6(name, { ttl: true }) : this.#resolver.resolve4(name, { ttl: true }));
    return { addresses: records.map(({ address }) => address), ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1000 };
  }
}
