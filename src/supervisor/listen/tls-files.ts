/**
 * The certificates of a server: loaded before the start, and again whenever one of their files changes on disk. Main thread.
 *
 * Files are asked for their identity, size and time once a second: that also sees a symbolic link that points elsewhere, as
 * certbot and Kubernetes replace certificates, which inotify on the file would miss.
 */
import { stat } from 'node:fs/promises';
import { filesOf, loadTls } from '../../config/resolve/certificates.ts';
import type { Settings, TlsFiles } from '../../config/types.ts';
import { ConfigError, type ConfigProblem } from '../../errors.ts';
import type { NativeServer } from '../../native/binding.ts';
import type { ErrorLog } from '../error-log.ts';

const INTERVAL_MS = 1000;

interface Watched {
  readonly listener: number;
  /** Of its certificates in the configuration, for messages. */
  readonly path: string;
  readonly files: TlsFiles;
  /** What the files looked like when they were last loaded or refused. */
  seen: string;
  /** Why what was seen last is not in use, not yet said. */
  complaint: string | null;
}

export class TlsWatch {
  readonly #front: NativeServer;
  readonly #log: ErrorLog;
  #watched: readonly Watched[];
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** Takes over what openTls has loaded. */
  constructor(front: NativeServer, log: ErrorLog, watched: readonly Watched[]) {
    this.#front = front;
    this.#log = log;
    this.#watched = watched;
    if (watched.length > 0) this.#schedule();
  }

  /**
   * Gives a listener certificates, and watches their files from now on instead of those before. Rejects with ConfigError when
   * they cannot be used; nothing has changed then.
   */
  async watch(listener: number, path: string, files: TlsFiles): Promise<void> {
    const entry: Watched = { listener, path, files, seen: await signature(files), complaint: null };
    const problems = await apply(this.#front, entry, this.#log);
    if (problems.length > 0) throw new ConfigError('certificates', problems);
    this.#watched = [...this.#watched.filter((watched) => watched.listener !== listener), entry];
    if (this.#timer === undefined && !this.#stopped) this.#schedule();
  }

  /** For a listener that closes. */
  unwatch(listener: number): void {
    this.#watched = this.#watched.filter((watched) => watched.listener !== listener);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#look(), INTERVAL_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    for (const watched of this.#watched) await this.#lookAt(watched);
    if (this.#timer !== undefined) this.#schedule();
  }

  /** Certificate and key are replaced one behind the other: a pair that does not fit is told only when it stays so. */
  async #lookAt(watched: Watched): Promise<void> {
    const now = await signature(watched.files);
    if (now === watched.seen) {
      if (watched.complaint !== null) this.#log.error(watched.complaint);
      watched.complaint = null;
      return;
    }
    watched.seen = now;
    const { path } = watched;
    const problems = await apply(this.#front, watched, this.#log);
    if (this.#timer === undefined) return;
    watched.complaint = problems.length === 0 ? null : new ConfigError('changed certificates are not used, the old ones stay', problems).message;
    if (problems.length === 0) this.#log.info(`${path}: the changed certificates are in use`);
  }
}

/** Gives every TLS listener its certificates and begins to watch their files. Throws ConfigError when some cannot be used. */
export async function openTls(settings: Settings, front: NativeServer, log: ErrorLog): Promise<TlsWatch> {
  const watched: Watched[] = [];
  const problems: ConfigProblem[] = [];
  for (const [listener, address] of settings.listen.entries()) {
    if ('unix' in address || address.tls === undefined) continue;
    const path = `listen[${listener}].tls`;
    const entry: Watched = { listener, path, files: address.tls, seen: await signature(address.tls), complaint: null };
    problems.push(...(await apply(front, entry, log)));
    watched.push(entry);
  }
  if (problems.length > 0) throw new ConfigError('certificates', problems);
  return new TlsWatch(front, log, watched);
}

/** Loads the files of one listener and puts them to use; what cannot be used changes nothing. */
async function apply(front: NativeServer, { listener, path, files }: Watched, log: ErrorLog): Promise<ConfigProblem[]> {
  const { tls, problems, warnings } = await loadTls(files, path);
  if (problems.length > 0) return problems;
  try {
    front.setTls(listener, tls);
  } catch (error) {
    return [{ path, text: `cannot be used: ${(error as Error).message}. Check the files with openssl x509 and openssl pkey.` }];
  }
  for (const warning of warnings) log.warn(warning);
  return [];
}

async function signature(files: TlsFiles): Promise<string> {
  const parts = await Promise.all(
    filesOf(files).map(async (file) => {
      try {
        const { dev, ino, size, mtimeNs } = await stat(file, { bigint: true });
        return `${dev}.${ino}.${size}.${mtimeNs}`;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      }
    }),
  );
  return parts.join(' ');
}
