/**
 * Tells the error log when servers of upstreams stop serving, and when they are back. Main thread: what I/O threads find out is
 * in counters, which are looked at once in a second; who comes and goes in between is seen in the metrics.
 */
import type { ErrorLog } from '../error-log.ts';
import type { UpstreamServerStatus } from './control.ts';
import type { UpstreamServers } from './servers.ts';

const LOOK_MS = 1000;

type Verdict = 'serves' | 'failing' | 'spared';

export class UpstreamWatch {
  readonly #upstreams: readonly UpstreamServers[];
  readonly #log: ErrorLog;
  readonly #timer: NodeJS.Timeout;
  /** Of servers that do not serve, by upstream and address. */
  readonly #known = new Map<string, Verdict>();

  constructor(upstreams: readonly UpstreamServers[], log: ErrorLog) {
    this.#upstreams = upstreams;
    this.#log = log;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const upstream of this.#upstreams) {
      for (const server of upstream.list()) this.#compare(upstream.name, server);
    }
  }

  #compare(name: string, server: UpstreamServerStatus): void {
    const place = `${name} ${server.url} ${server.address}`;
    const before = this.#known.get(place) ?? 'serves';
    const now = verdictOf(server);
    if (now === before) return;
    const shown = `upstream ${name}: ${server.url}${server.url.endsWith(server.address) ? '' : ` (${server.address})`}`;
    if (now === 'serves') {
      this.#known.delete(place);
      return this.#log.info(`${shown} serves again`);
    }
    this.#known.set(place, now);
    const last = server.checkStatus === 0 ? 'no answer' : `an answer with ${server.checkStatus}`;
    this.#log.warn(now === 'failing' ? `${shown} gets no requests: its checks fail, the last with ${last}` : `${shown} is spared: its requests fail`);
  }
}

/** What operators switch off they know of. */
function verdictOf({ state }: UpstreamServerStatus): Verdict {
  if (state === 'failing') return 'failing';
  return state === 'spared' || state === 'trial' ? 'spared' : 'serves';
}
