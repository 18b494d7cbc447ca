/** A site as `fastserve start` would serve it, without serving it: for `fastserve check` and `routes`. Main thread. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { loadBuilds } from '../config/manifest.ts';
import { type Flags, readOverrides } from '../config/resolve/overrides.ts';
import { COMMAND_DEFAULTS, resolveConfig } from '../config/resolve.ts';
import { loadTls } from '../config/resolve/certificates.ts';
import { toNativeOptions } from '../config/to-native.ts';
import type { Settings } from '../config/types.ts';
import { ConfigError } from '../errors.ts';
import type { GatewayApplication, RouteManifest } from '../gateway/contract.ts';
import type { NativeServer } from '../native/binding.ts';
import { prepareApplication } from '../supervisor/application.ts';
import { checkPools } from '../supervisor/workers/pool-names.ts';
import { addonRuntime } from '../supervisor/runtime.ts';
import { explained } from '../supervisor/front.ts';

export interface SiteFlags extends Flags {
  config?: string;
  json?: boolean;
}

export interface LoadedSite {
  readonly loaded: LoadedConfig;
  readonly settings: Settings;
  readonly application: GatewayApplication | null;
  readonly manifest: RouteManifest | null;
  /** Has the route table, and nothing else: neither addresses nor threads. */
  readonly front: NativeServer;
  /** What is right, but perhaps not meant. */
  readonly warnings: readonly string[];
}

/** The options that choose a site. */
export function withSite(command: Command): Command {
  return command
    .argument('[dir]', 'the directory of the site', '.')
    .option('-c, --config <file>', 'configuration file instead of the one in the directory')
    .option('--json', 'print the result as JSON');
}

/**
 * Reads the configuration, certificates and builds, loads the application into this thread (its start hooks do not run), and
 * compiles its routes. Throws what `fastserve start` would.
 */
export async function loadSite(directory: string, flags: SiteFlags): Promise<LoadedSite> {
  const loaded = await loadConfig(resolve(directory), flags.config);
  const settings = await resolveConfig({ ...loaded, defaults: COMMAND_DEFAULTS, overrides: readOverrides(flags, process.env) });
  const warnings = await checkCertificates(settings);
  const builds = await loadBuilds(settings.mounts);
  const runtime = addonRuntime();
  const prepared = settings.app === null ? null : await prepareApplication(settings.app, 0, runtime);
  const application = prepared?.kind === 'inline' ? prepared.application : null;
  const front = explained(() => new runtime.native.Server({ ...toNativeOptions({ ...settings, pools: [] }, [1], builds), ioThreads: 1, direct: false }));
  const manifest = application === null ? NO_ROUTES : application.manifest;
  try {
    if (settings.pools.length > 0) checkPools(manifest, settings.pools);
    front.setRoutes(manifest, 1, [1]);
  } catch (error) {
    throw new ConfigError('the URLconf', [{ path: '', text: (error as Error).message }], { cause: error });
  }
  return { loaded, settings, application, manifest: application === null ? null : manifest, front, warnings };
}

const NO_ROUTES: RouteManifest = { routes: [], appendSlash: false, unmatched: 'native' };

async function checkCertificates({ listen }: Settings): Promise<string[]> {
  const results = await Promise.all(
    listen.map(async (address, index) => ('unix' in address || address.tls === undefined ? null : loadTls(address.tls, `listen[${index}].tls`))),
  );
  const problems = results.flatMap((result) => result?.problems ?? []);
  if (problems.length > 0) throw new ConfigError('certificates', problems);
  return results.flatMap((result) => result?.warnings ?? []);
}
