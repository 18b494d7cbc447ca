/**
 * A development server: the site of a directory, and what happens when its files change. Main thread.
 *
 *   code, templates   a new generation; while it does not load, the overlay
 *   configuration     a new server at the same port
 *   static files      browsers look again
 */
import { Bundler } from '../config/bundle.ts';
import { loadConfig } from '../config/load.ts';
import type { Overrides } from '../config/resolve/overrides.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { ListenAddress, Settings } from '../config/types.ts';
import { FastServeError } from '../errors.ts';
import { addonRuntime, type Runtime } from '../supervisor/runtime.ts';
import type { RunningServer } from '../supervisor/running-server.ts';
import { startServer } from '../supervisor/start-server.ts';
import { Ahead } from './ahead.ts';
import { Announcer } from './announcer.ts';
import { meaningOf } from './changes.ts';
import { describeFailure, type Failure } from './failure.ts';
import { isOwnOutput } from './own-output.ts';
import { DEV_DEFAULTS, devSettings } from './settings.ts';
import { TreeWatcher } from './tree-watcher.ts';

export interface DevServerOptions {
  /** Absolute. */
  readonly directory: string;
  readonly configFile: string | undefined;
  readonly overrides: Overrides;
  /** The access log is for a terminal. */
  readonly colours: boolean;
  /** Hears what happens behind the start, and of an application that does not load at the start. */
  readonly onEvent: (event: DevEvent) => void;
}

export type DevEvent =
  | { type: 'restarted'; server: RunningServer; ms: number }
  /** ms: since the first of the changes was heard of. */
  | { type: 'reloaded'; ms: number }
  | { type: 'page' | 'styles' }
  | { type: 'failed'; failure: Failure };

/** The modules of this folder that worker threads load. */
const WORKER_ENTRY = new URL('./worker.js', import.meta.url).href;
const PLACEHOLDER = new URL('./placeholder.js', import.meta.url).href;

export class DevServer {
  readonly #options: DevServerOptions;
  readonly #announcer = new Announcer();
  readonly #bundler = new Bundler();
  readonly #ahead = new Ahead();
  readonly #runtime: Runtime;
  #watcher: TreeWatcher | null = null;
  #server: RunningServer | null = null;
  #configFile: string | null = null;
  #configInputs: readonly string[] = [];
  #appInputs: readonly string[] = [];
  /** Why a changed configuration is not in use. */
  #configFailure: Failure | null = null;
  /** Workers get the placeholder for the application. */
  #isPlaceholder = false;
  #changed = new Set<string>();
  /** performance.now() at the first of them. */
  #changedSinceMs = 0;
  #work: Promise<void> | null = null;
  #closed = false;

  /**
   * Starts the server, with the overlay in the place of an application that does not load, and watches. Rejects with
   * ConfigError and FastServeError FS_LISTEN, FS_ADDON, or FS_BUNDLE of the configuration; nothing is left then.
   */
  static async start(options: DevServerOptions): Promise<DevServer> {
    const dev = new DevServer(options);
    try {
      await dev.#start();
    } catch (error) {
      await dev.close();
      throw error;
    }
    return dev;
  }

  private constructor(options: DevServerOptions) {
    this.#options = options;
    this.#runtime = { ...addonRuntime(), workerEntry: WORKER_ENTRY, preloading: this.#ahead, compile: (file) => this.#compile(file) };
  }

  /** The one that serves now; another after a restart. */
  get server(): RunningServer {
    if (this.#server === null) throw new Error('there is no server before the start');
    return this.#server;
  }

  /** Ends everything at once. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watcher?.close();
    await this.#server?.close({ grace: 0 });
    await this.#work;
    this.#announcer.close();
    this.#bundler.close();
  }

  async #start(): Promise<void> {
    const settings = await this.#readSettings();
    // Before the application is read: what is saved meanwhile counts as changed.
    this.#watcher = new TreeWatcher(this.#options.directory, (files, sinceMs) => this.#onChange(files, sinceMs));
    await this.#serve(settings);
  }

  async #readSettings(): Promise<Settings> {
    const { directory, configFile, overrides, colours } = this.#options;
    this.#configInputs = [];
    const loaded = await loadConfig(directory, configFile, (file) => this.#importConfig(file));
    this.#configFile = loaded.file;
    return devSettings(await resolveConfig({ ...loaded, defaults: DEV_DEFAULTS, overrides }), colours);
  }

  async #importConfig(file: string): Promise<Record<string, unknown>> {
    const { url, inputs } = await this.#bundler.build(file);
    this.#configInputs = inputs;
    process.setSourceMapsEnabled(true);
    return (await import(url)) as Record<string, unknown>;
  }

  async #compile(file: string): Promise<string> {
    if (this.#isPlaceholder) return PLACEHOLDER;
    const built = await this.#bundler.build(file, { inParts: true });
    this.#appInputs = built.inputs;
    this.#ahead.built(built);
    return built.url;
  }

  /** Starts a server, with the placeholder when the application does not load. */
  async #serve(settings: Settings): Promise<RunningServer> {
    let failure: Failure | null = null;
    try {
      this.#server = await startServer(settings, this.#runtime);
    } catch (error) {
      if (!isOfCode(error)) throw error;
      failure = describeFailure(error);
      this.#isPlaceholder = true;
      this.#server = await startServer(settings, this.#runtime).finally(() => (this.#isPlaceholder = false));
    }
    this.#watcher?.include([...this.#appInputs, ...this.#configInputs]);
    this.#announce(this.#server, failure);
    return this.#server;
  }

  #announce(server: RunningServer, failure: Failure | null): void {
    this.#announcer.serves(server.application?.generation ?? 0);
    if (failure !== null) this.#fail(failure);
    else if (this.#configFailure !== null) this.#announcer.breaks(this.#configFailure);
  }

  #fail(failure: Failure): void {
    this.#announcer.breaks(failure);
    this.#options.onEvent({ type: 'failed', failure });
  }

  // ---- changes ----

  #onChange(files: ReadonlySet<string>, sinceMs: number): void {
    if (this.#changed.size === 0) this.#changedSinceMs = sinceMs;
    for (const file of files) if (!isOwnOutput(file)) this.#changed.add(file);
    this.#work ??= this.#handleChanges().finally(() => (this.#work = null));
  }

  /** One after the other; what changes meanwhile comes together in the next. */
  async #handleChanges(): Promise<void> {
    while (this.#changed.size > 0 && !this.#closed) {
      const files = this.#changed;
      this.#changed = new Set();
      if (this.#server !== null) await this.#handle(files, this.#server, this.#changedSinceMs);
    }
  }

  async #handle(files: ReadonlySet<string>, server: RunningServer, sinceMs: number): Promise<void> {
    const meaning = meaningOf(files, {
      directory: this.#options.directory,
      configFiles: new Set([...this.#configInputs, ...(this.#configFile === null ? [] : [this.#configFile])]),
      inputs: new Set(this.#appInputs),
      roots: server.settings.mounts.map(({ root }) => root),
    });
    // Without an application code means that there may be one now.
    if (meaning === 'restart' || (meaning === 'reload' && server.application === null)) return this.#restart(server);
    if (meaning === 'reload') {
      this.#ahead.saved(files);
      return this.#reload(server, sinceMs);
    }
    if (meaning === 'page') this.#announcer.changes();
    if (meaning === 'styles') this.#announcer.restyles();
    if (meaning !== 'nothing') this.#options.onEvent({ type: meaning });
  }

  async #reload(server: RunningServer, sinceMs: number): Promise<void> {
    try {
      await server.reload();
      this.#watcher?.include(this.#appInputs);
      this.#announce(server, null);
      this.#options.onEvent({ type: 'reloaded', ms: Math.round(performance.now() - sinceMs) });
    } catch (error) {
      if (!this.#closed) this.#fail(describeFailure(error as Error));
    }
  }

  /** The old server goes on when the configuration is wrong. */
  async #restart(old: RunningServer): Promise<void> {
    const began = performance.now();
    let settings: Settings;
    try {
      settings = await this.#readSettings();
      this.#configFailure = null;
    } catch (error) {
      this.#configFailure = describeFailure(error as Error);
      return this.#fail(this.#configFailure);
    }
    await old.close({ grace: 0 });
    if (this.#closed) return;
    const server = await this.#serve({ ...settings, listen: withPortsOf(settings.listen, old) });
    this.#options.onEvent({ type: 'restarted', server, ms: performance.now() - began });
  }
}

/** Faults that somebody who edits the application can cure while the server runs. */
function isOfCode(error: unknown): error is FastServeError {
  return error instanceof FastServeError && (error.code === 'FS_BUNDLE' || error.code === 'FS_APP');
}

/** A free port that was taken stays the same. */
function withPortsOf(listen: readonly ListenAddress[], { addresses }: RunningServer): ListenAddress[] {
  return listen.map((address, index) => ('port' in address && address.port === 0 ? { ...address, port: addresses[index]?.port ?? 0 } : address));
}
