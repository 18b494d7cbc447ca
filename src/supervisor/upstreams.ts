/** All upstreams of a running server. Main thread. */
import type { Upstream } from '../config/types/proxy.ts';
import { isService } from '../config/resolve/service-records.ts';
import { show } from '../config/values/show.ts';
import { ConfigError } from '../errors.ts';
import { suggest } from '../nearest.ts';
import type { NativeServer } from '../native/binding.ts';
import type { ErrorLog } from './error-log.ts';
import type { UpstreamServerStatus } from './upstreams/control.ts';
import { UpstreamServers } from './upstreams/servers.ts';
import { UpstreamWatch } from './upstreams/watch.ts';

export class Upstreams {
  readonly #all: readonly UpstreamServers[];
  /** As configured: what operators have changed since is lost only when the configuration says something new. */
  #configured: readonly Upstream[];

  /** What tells the log of servers that fail; null without upstreams. */
  readonly #watch: UpstreamWatch | null;

  constructor(front: NativeServer, configured: readonly Upstream[], log: ErrorLog) {
    this.#configured = configured;
    this.#all = configured.map((upstream, index) => new UpstreamServers(front, index, upstream, log));
    this.#watch = configured.length === 0 ? null : new UpstreamWatch(this.#all, log);
  }

  /** Before the front ends. */
  stop(): void {
    this.#watch?.stop();
    for (const upstream of this.#all) upstream.stop();
  }

  list(): { name: string; servers: UpstreamServerStatus[] }[] {
    return this.#all.map((upstream) => ({ name: upstream.name, servers: upstream.list() }));
  }

  get names(): readonly string[] {
    return this.#all.map(({ name }) => name);
  }

  /** Throws ConfigError when there is none of this name. */
  find(name: string): UpstreamServers {
    const found = this.#all.find((upstream) => upstream.name === name);
    if (found !== undefined) return found;
    const near = suggest(name, this.names);
    const fix = near !== undefined ? `Did you mean ${show(near)}?` : this.names.length === 0 ? 'The configuration has none.' : `There are ${this.names.join(', ')}.`;
    throw new ConfigError('upstream()', [{ path: 'name', text: `got ${show(name)}, which is no upstream. ${fix}` }]);
  }

  /** The servers of a configuration that is the same but for them. */
  takeOver(configured: readonly Upstream[]): void {
    configured.forEach((upstream, index) => {
      if (asWritten(upstream) !== asWritten(this.#configured[index])) this.#all[index]?.replace(upstream.servers);
    });
    this.#configured = configured;
  }
}

/** Without what names lead to, which changes by itself. */
function asWritten(upstream: Upstream | undefined): string {
  const written = upstream?.servers.map((server) => (server.name === '' ? server : { ...server, host: '', stickyId: '', ...(isService(server.name) ? { port: 0, weight: 1 } : {}) })) ?? [];
  return [...new Set(written.map((server) => JSON.stringify(server)))].join();
}
