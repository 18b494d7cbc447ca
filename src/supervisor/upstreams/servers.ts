/** The servers of one upstream as they are now: what was configured, and what operators changed since. Main thread. */
import { isIPv6 } from 'node:net';
import type { Upstream, UpstreamServer, UpstreamServerConfig } from '../../config/types/proxy.ts';
import { type CheckedServer, server as serverSchema, serverChanges } from '../../config/schema/upstreams.ts';
import { show } from '../../config/values/show.ts';
import { serversOf, withEndpoints } from '../../config/resolve/upstream-servers.ts';
import { NameSource } from '../../config/resolve/name-source.ts';
import { isService, type Endpoint } from '../../config/resolve/service-records.ts';
import { checkValue } from '../../config/validate.ts';
import { ConfigError, type ConfigProblem } from '../../errors.ts';
import { suggest } from '../../nearest.ts';
import type { NativeServer, NativeUpstreamState } from '../../native/binding.ts';
import type { ErrorLog } from '../error-log.ts';
import { NameWatch } from './name-watch.ts';
import type { UpstreamControl, UpstreamServerChanges, UpstreamServerState, UpstreamServerStatus } from './control.ts';

export class UpstreamServers implements UpstreamControl {
  readonly name: string;
  /** Where values come from, in messages. */
  readonly #source: string;
  readonly #front: NativeServer;
  readonly #index: number;
  readonly #upstream: Upstream;
  readonly #names: NameSource;
  readonly #watch: NameWatch;
  /** One for each address. */
  #servers: readonly UpstreamServer[];

  /** Of a front that has this upstream at `index`. */
  constructor(front: NativeServer, index: number, upstream: Upstream, log: ErrorLog) {
    this.name = upstream.name;
    this.#source = `upstream ${show(upstream.name)}`;
    this.#front = front;
    this.#index = index;
    this.#upstream = upstream;
    this.#servers = upstream.servers;
    this.#names = new NameSource(upstream.resolve);
    const found = (name: string, endpoints: readonly Endpoint[]) => this.#move(name, endpoints);
    this.#watch = new NameWatch({ upstream: upstream.name, source: this.#names, bounds: upstream.resolve, log, found });
    this.#follow();
  }

  /** Names are followed no further. */
  stop(): void {
    this.#watch.stop();
  }

  list(): UpstreamServerStatus[] {
    const states = this.#front.upstreamServers(this.#index);
    return this.#servers.flatMap((server) => {
      const state = states.find(({ stickyId }) => stickyId === server.stickyId);
      return state === undefined ? [] : [statusOf(server, state)];
    });
  }

  async add(given: string | UpstreamServerConfig): Promise<void> {
    const checked = checkValue(serverSchema, given, this.#source, 'server');
    const problems = this.#misfit(checked);
    const added = problems.length > 0 ? [] : await serversOf(checked, 'server', process.cwd(), (host) => this.#names.endpoints(host), problems);
    if (problems.length > 0) throw this.#wrong(problems);
    if (this.#has(checked.url.label)) throw this.#wrong([{ path: 'server', text: `got ${show(checked.url.label)}, which is there already. Change it with set().` }]);
    this.#apply([...this.#servers, ...added]);
  }

  remove(url: string): void {
    const label = this.#known(url);
    const rest = this.#servers.filter((server) => server.label !== label);
    if (rest.length === 0) throw this.#wrong([{ path: 'server', text: `got ${show(url)}, which is the only one. Add another before, or set it down.` }]);
    this.#apply(rest);
  }

  drain(url: string, draining = true): void {
    this.#change(url, { draining });
  }

  set(url: string, changes: UpstreamServerChanges): void {
    const label = this.#known(url);
    const checked = checkValue(serverChanges, changes, this.#source, 'changes');
    const given = Object.entries(checked).filter(([, value]) => value !== undefined);
    const { name = '' } = this.#of(label)[0] ?? {};
    const said = isService(name) ? given.filter(([key]) => key === 'weight' || key === 'backup') : [];
    if (said.length > 0) throw this.#wrong(said.map(([key]) => ({ path: `changes.${key}`, text: `has no meaning for ${show(name)}, whose records say it. Remove it.` })));
    this.#change(label, Object.fromEntries(given));
  }

  /** Those of another configuration, whose upstream is the same but for its servers. */
  replace(servers: readonly UpstreamServer[]): void {
    this.#apply(servers);
  }

  #change(url: string, changes: Partial<UpstreamServer>): void {
    const label = this.#known(url);
    this.#apply(this.#servers.map((server) => (server.label === label ? { ...server, ...changes } : server)));
  }

  #apply(servers: readonly UpstreamServer[]): void {
    this.#front.setUpstreamServers(this.#index, [...servers]);
    this.#servers = servers;
    this.#follow();
  }

  #follow(): void {
    this.#watch.follow(new Set(this.#servers.flatMap(({ name }) => (name === '' ? [] : [name]))));
  }

  /** New connections go to the new addresses; what is under way at others goes on, and what they kept idle ends by itself. */
  #move(name: string, endpoints: readonly Endpoint[]): void {
    const labels = new Set(this.#servers.filter((server) => server.name === name).map(({ label }) => label));
    const moved = new Map<string, readonly UpstreamServer[]>();
    for (const label of labels) {
      const before = this.#of(label);
      const now = before[0] === undefined ? [] : withEndpoints(before[0], endpoints);
      if (JSON.stringify(now) !== JSON.stringify(before)) moved.set(label, now);
    }
    if (moved.size === 0) return;
    const isFirst = (server: UpstreamServer) => this.#servers.find(({ label }) => label === server.label) === server;
    this.#apply(this.#servers.flatMap((server) => (isFirst(server) ? (moved.get(server.label) ?? this.#of(server.label)) : [])));
  }

  #of(label: string): UpstreamServer[] {
    return this.#servers.filter((server) => server.label === label);
  }

  #has(label: string): boolean {
    return this.#servers.some((server) => server.label === label);
  }

  #known(url: string): string {
    if (this.#has(url)) return url;
    const labels = [...new Set(this.#servers.map(({ label }) => label))];
    const near = suggest(url, labels);
    const fix = near === undefined ? `There are ${labels.join(', ')}.` : `Did you mean ${show(near)}?`;
    throw this.#wrong([{ path: 'server', text: `got ${show(url)}, which is no server of it. ${fix}` }]);
  }

  /** What was built for the first servers and cannot change: how the upstream is spoken to. */
  #misfit({ url: { address, label } }: CheckedServer): ConfigProblem[] {
    const fix = 'Name one in the configuration, and restart.';
    if (address.tls && this.#upstream.tls === null) return [{ path: 'server', text: `got ${show(label)}, but the upstream has no https server. ${fix}` }];
    if (address.protocol === 'uwsgi' && !this.#upstream.uwsgi) return [{ path: 'server', text: `got ${show(label)}, but the upstream has no uwsgi server. ${fix}` }];
    return [];
  }

  #wrong(problems: readonly ConfigProblem[]): ConfigError {
    return new ConfigError(this.#source, problems);
  }
}

function statusOf(server: UpstreamServer, state: NativeUpstreamState): UpstreamServerStatus {
  const { weight, backup, maxConnections, inFlight, answered, failed, checksPassed, checksFailed, checkStatus, latencyUs } = state;
  return {
    url: server.label, address: addressOf(server), state: stateOf(state), weight, backup, maxConnections,
    inFlight, answered, failed, checksPassed, checksFailed, checkStatus, latencyMs: latencyUs / 1000,
  };
}

function stateOf({ down, draining, checked, circuit }: NativeUpstreamState): UpstreamServerState {
  if (down) return 'down';
  if (!checked) return 'failing';
  if (circuit !== 'closed') return circuit === 'open' ? 'spared' : 'trial';
  return draining ? 'draining' : 'up';
}

function addressOf({ unix, host, port }: UpstreamServer): string {
  if (unix !== '') return unix;
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
