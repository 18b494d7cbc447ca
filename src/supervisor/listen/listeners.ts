/**
 * The addresses of a running server, and how they change at a reload of the configuration. Main thread.
 *
 *   prepare: new addresses are bound, clients wait in their backlog ─► commit: they are opened, old ones close
 *                '─ one cannot be bound, or undo: those that were bound are closed again, nothing has changed
 *
 * Connections stay whatever becomes of the listener that brought them.
 */
import { loadTls } from '../../config/resolve/certificates.ts';
import { nativeListen } from '../../config/to-native.ts';
import type { ListenAddress, TlsFiles } from '../../config/types.ts';
import { ConfigError } from '../../errors.ts';
import type { NativeAddress, NativeServer } from '../../native/binding.ts';
import type { ErrorLog } from '../error-log.ts';
import { explainListenError } from './error.ts';
import type { TlsWatch } from './tls-files.ts';

interface Bound {
  /** As configured. */
  readonly wanted: ListenAddress;
  /** The addon's number. */
  readonly listener: number;
  readonly address: NativeAddress;
}

/** A change that is ready to happen. */
export interface ListenerChange {
  /** Paths of addresses that stay as they are, because what the configuration wants of them needs a restart. */
  readonly refused: readonly string[];
  commit(): Promise<void>;
  undo(): void;
}

/** What a change comes to. */
interface Plan {
  /** All that are bound then, in the order of the configuration. */
  readonly next: Bound[];
  /** Of these, those that are bound now and not yet open. */
  readonly added: Bound[];
  /** Those that the configuration has no more. */
  readonly left: readonly Bound[];
  readonly refused: string[];
  readonly certificates: { readonly listener: number; readonly path: string; readonly files: TlsFiles }[];
}

export class Listeners {
  readonly #front: NativeServer;
  readonly #tls: TlsWatch;
  readonly #log: ErrorLog;
  #bound: Bound[];

  /** Takes over what was bound at the start; `addresses` by place in `wanted`. */
  constructor(front: NativeServer, tls: TlsWatch, log: ErrorLog, wanted: readonly ListenAddress[], addresses: readonly NativeAddress[]) {
    this.#front = front;
    this.#tls = tls;
    this.#log = log;
    this.#bound = wanted.map((address, index) => ({ wanted: address, listener: index, address: addresses[index] ?? {} }));
  }

  /** What is bound, in the order of the configuration. */
  get addresses(): NativeAddress[] {
    return this.#bound.map(({ address }) => address);
  }

  /** The configuration that they have. */
  get wanted(): ListenAddress[] {
    return this.#bound.map(({ wanted }) => wanted);
  }

  /**
   * Binds the addresses that are new. Rejects with FastServeError FS_LISTEN or ConfigError (certificates); nothing has changed
   * then.
   */
  async prepare(wanted: readonly ListenAddress[]): Promise<ListenerChange> {
    const left = [...this.#bound];
    const plan: Plan = { next: [], added: [], left, refused: [], certificates: [] };
    const undo = (): void => plan.added.forEach(({ listener }) => this.#close(listener));
    try {
      for (const [index, address] of wanted.entries()) {
        const path = `listen[${index}]`;
        const at = left.findIndex((bound) => placeOf(bound.wanted) === placeOf(address));
        const old = at === -1 ? undefined : left.splice(at, 1)[0];
        if (old === undefined) await this.#planNew(plan, address, path);
        else await planKept(plan, old, address, path);
      }
    } catch (error) {
      undo();
      throw error;
    }
    return { refused: plan.refused, commit: () => this.#commit(plan), undo };
  }

  async #planNew(plan: Plan, address: ListenAddress, path: string): Promise<void> {
    const bound = await this.#add(address, path);
    plan.added.push(bound);
    plan.next.push(bound);
  }

  async #commit({ next, added, left, certificates }: Plan): Promise<void> {
    for (const { listener } of added) this.#front.openListener(listener);
    for (const { listener } of left) this.#close(listener);
    this.#bound = next;
    for (const { listener, path, files } of certificates) {
      await this.#tls.watch(listener, path, files).catch((error: Error) => this.#log.error(`${error.message} The old ones stay.`));
    }
  }

  async #add(address: ListenAddress, path: string): Promise<Bound> {
    let added: { listener: number; address: NativeAddress };
    try {
      added = this.#front.addListener(nativeListen(address));
    } catch (error) {
      throw await explainListenError(error as Error);
    }
    const files = filesOf(address);
    try {
      if (files !== null) await this.#tls.watch(added.listener, `${path}.tls`, files);
    } catch (error) {
      this.#close(added.listener);
      throw error;
    }
    return { wanted: address, ...added };
  }

  #close(listener: number): void {
    this.#tls.unwatch(listener);
    this.#front.removeListener(listener);
  }
}

/** The listener stays: with other certificates, and with what else the configuration says where that can change. */
async function planKept({ next, refused, certificates }: Plan, old: Bound, address: ListenAddress, path: string): Promise<void> {
  if (kindOf(old.wanted) !== kindOf(address)) {
    refused.push(path);
    next.push(old);
    return;
  }
  next.push({ ...old, wanted: address });
  const files = filesOf(address);
  if (files === null || JSON.stringify(files) === JSON.stringify(filesOf(old.wanted))) return;
  await checkCertificates(files, `${path}.tls`);
  certificates.push({ listener: old.listener, path: `${path}.tls`, files });
}

/** Two addresses of one place cannot both be bound; those with port 0 are told apart by their order alone. */
function placeOf(address: ListenAddress): string {
  if ('unix' in address) return `unix ${address.unix}`;
  return 'fd' in address ? `fd ${address.fd}` : `${address.host} ${address.port}`;
}

/** What a listener cannot change while connections of it are open. */
function kindOf(address: ListenAddress): string {
  const { tls, redirect, ...rest } = nativeListen(address);
  return JSON.stringify([tls ?? false, redirect ?? false, rest.proxyProtocol, rest.announcers]);
}

function filesOf(address: ListenAddress): TlsFiles | null {
  return 'unix' in address ? null : (address.tls ?? null);
}

async function checkCertificates(files: TlsFiles, path: string): Promise<void> {
  const { problems } = await loadTls(files, path);
  if (problems.length > 0) throw new ConfigError('certificates', problems);
}
