/**
 * What a server runs on (settings, builds, the front's options), and how a reload replaces it. Main thread.
 *
 * DESIGN: whatever can fail comes first and can be undone: addresses are bound, code is compiled and loaded. Then one snapshot
 * changes code and options at the same moment, and only what cannot fail follows.
 */
import { loadBuilds, type MountBuild, staticDirectories } from '../../config/manifest.ts';
import { toNativeOptions } from '../../config/to-native.ts';
import type { Application, Settings } from '../../config/types.ts';
import type { NativeServer, NativeServerOptions } from '../../native/binding.ts';
import { prepareApplication, type RunningApplication } from '../application.ts';
import type { ErrorLog } from '../error-log.ts';
import { NO_ROUTES, setRoutes } from '../front.ts';
import type { Listeners } from '../listen/listeners.ts';
import { closingError, inlineError, noApplicationError, type Reload } from './outcome.ts';
import type { Runtime } from '../runtime.ts';
import { takeOver, withWorkers } from './settings-change.ts';
import type { Upstreams } from '../upstreams.ts';

export interface ReloaderParts {
  readonly settings: Settings;
  readonly builds: readonly (MountBuild | null)[];
  readonly options: NativeServerOptions;
  readonly front: NativeServer;
  readonly application: RunningApplication | null;
  readonly log: ErrorLog;
  readonly runtime: Runtime;
  readonly listeners: Listeners;
  readonly upstreams: Upstreams;
  /** Nothing is loaded once this is true. */
  readonly isClosing: () => boolean;
}

export class Reloader {
  readonly #parts: ReloaderParts;
  /** By pool, as they were made. */
  readonly #slots: readonly number[];
  #settings: Settings;
  #builds: readonly (MountBuild | null)[];
  /** What the front runs on. */
  #options: NativeServerOptions;

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#builds = parts.builds;
    this.#options = parts.options;
    this.#slots = parts.options.pools?.map((pool) => pool.slots) ?? [parts.options.slots];
  }

  /** Those that the server runs on: what waits for a restart is not among them. */
  get settings(): Settings {
    return this.#settings;
  }

  /** By mount; null for those without a build. */
  get builds(): readonly (MountBuild | null)[] {
    return this.#builds;
  }

  /** The pools have come to have these numbers of workers; reloads keep them. */
  keepWorkers(workers: readonly number[]): void {
    this.#settings = withWorkers(this.#settings, workers);
  }

  /** As FastServer.reload; null: with the settings that the server has. One at a time. */
  async reload(wanted: Promise<Settings> | null): Promise<Reload> {
    const began = performance.now();
    const { application, listeners, upstreams, log } = this.#parts;
    if (wanted === null && application === null) throw noApplicationError();
    if (wanted === null && application?.replace === null) throw inlineError();
    this.#refuseWhenClosing();
    const { settings, restart } = wanted === null ? { settings: this.#settings, restart: [] } : takeOver(this.#settings, await wanted, this.#parts.settings);
    const change = await listeners.prepare(settings.listen);
    try {
      await this.#replace(settings);
    } catch (error) {
      change.undo();
      throw error;
    }
    await change.commit();
    upstreams.takeOver(settings.upstreams);
    this.#settings = { ...settings, listen: listeners.wanted };
    log.level = settings.log.level;
    const { generation } = application ?? { generation: 0 };
    return { generation, workers: settings.pools.reduce((sum, pool) => sum + pool.workers, 0), ms: Math.round(performance.now() - began), restart: [...restart, ...change.refused] };
  }

  /** New code and a new snapshot. */
  async #replace(settings: Settings): Promise<void> {
    const { application, front, runtime } = this.#parts;
    const builds = await loadBuilds(settings.mounts);
    const wanted = toNativeOptions(settings, this.#slots, builds);
    // The caches of files stay warm when nothing of theirs has changed.
    const options = JSON.stringify(wanted) === JSON.stringify(this.#options) ? undefined : wanted;
    const replace = application?.replace ?? null;
    const prepared = replace === null ? null : await prepareApplication(settings.app as Application, settings.workers, runtime);
    this.#refuseWhenClosing();
    if (prepared !== null) {
      await application?.replace?.({ prepared, staticDirectories: staticDirectories(settings.mounts, builds), ...(options && { options }) }, settings);
    } else if (options !== undefined) {
      setRoutes(front, application === null ? NO_ROUTES : application.manifest, application?.generation ?? 1, [1], options);
    }
    this.#builds = builds;
    this.#options = wanted;
  }

  #refuseWhenClosing(): void {
    if (this.#parts.isClosing()) throw closingError();
  }
}
