/**
 * Finds and reads the configuration of a directory. Main thread, once per start.
 *
 * Without `app` and `static` (or without a file) the conventional places apply: public/ is served at "/", and app.* or
 * app/index.* is the application. So a file that only sets a port does not make the site vanish.
 */
import { readFileSync } from 'node:fs';
import { dirname, extname, join, resolve as resolvePath } from 'node:path';
import { ConfigError } from '../errors.ts';
import { lookOrNone } from './look.ts';
import { show } from './values/show.ts';
import { checkConfig } from './validate.ts';

const CONFIG_NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `fastserve.config.${extension}`);
const APP_NAMES = ['app.ts', 'app.js', 'app.mjs', 'app/index.ts', 'app/index.js', 'app/index.mjs'];
const PUBLIC_NAME = 'public';

export interface LoadedConfig {
  /** As written, with the conventional places filled in; not yet checked. */
  config: unknown;
  /** Where relative paths start: the directory of the file, or the one served. */
  directory: string;
  /** Names the configuration in messages. */
  source: string;
  /** Absolute path of the file, null when there is none. */
  file: string | null;
}

type LoadModule = (file: string) => Promise<Record<string, unknown>>;

/** The compiler is loaded where there is a module to compile. */
const importModule: LoadModule = async (file) => (await import('./module.ts')).importModule(file);

/**
 * Reads the configuration of `directory`, or the file `configFile` (relative to the working directory) instead. `load` imports
 * a module.
 * Throws ConfigError when there is nothing to serve or the file cannot be read.
 */
export async function loadConfig(directory: string, configFile?: string, load = importModule): Promise<LoadedConfig> {
  if (!isDirectory(directory)) {
    throw new ConfigError('fastserve', [{ path: '', text: `there is no directory at ${show(directory)}. Give the directory of your site.` }]);
  }
  const file = configFile === undefined ? findConfigFile(directory) : resolvePath(configFile);
  if (file === null) return withConventions({ config: {}, directory, source: directory, file });
  if (!isFile(file)) {
    throw new ConfigError('fastserve', [{ path: '--config', text: `there is no file at ${show(file)}. Correct the path, or leave --config out.` }]);
  }
  const config = extname(file) === '.json' ? readJson(file) : await readModule(file, load);
  return withConventions({ config, directory: dirname(file), source: file, file });
}

function findConfigFile(directory: string): string | null {
  const found = CONFIG_NAMES.filter((name) => isFile(join(directory, name)));
  if (found.length > 1) {
    const text = `has ${found.join(' and ')}, and only one can hold. Remove the other, or choose with --config.`;
    throw new ConfigError(directory, [{ path: '', text }]);
  }
  return found[0] === undefined ? null : join(directory, found[0]);
}

function readJson(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ConfigError(file, [{ path: '', text: `is no valid JSON: ${(error as Error).message}.` }], { cause: error });
  }
}

async function readModule(file: string, load: LoadModule): Promise<unknown> {
  const module = await load(file).catch((error: unknown) => {
    // Bundle errors already name file and line.
    if (error instanceof Error && 'code' in error && error.code === 'FS_BUNDLE') throw error;
    const text = `could not be loaded. It threw:\n${error instanceof Error ? (error.stack ?? error.message) : show(error)}`;
    throw new ConfigError(file, [{ path: '', text }], { cause: error });
  });
  if (module.default === undefined) {
    throw new ConfigError(file, [{ path: '', text: 'has no default export. Write: export default defineConfig({ ... }).' }]);
  }
  return module.default;
}

function withConventions(loaded: LoadedConfig): LoadedConfig {
  const { config, directory, file } = loaded;
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return loaded;
  if ('app' in config || 'static' in config) return loaded;
  const app = APP_NAMES.find((name) => isFile(join(directory, name)));
  const hasPublic = isDirectory(join(directory, PUBLIC_NAME));
  if (app === undefined && !hasPublic) {
    if ('proxy' in config) return loaded;
    // A misspelt "app" looks like none: what is wrong with the file comes first.
    if (file !== null) checkConfig(config, file);
    throw new ConfigError(directory, [{ path: '', text: nothingFound(file) }]);
  }
  const mounts = hasPublic ? [{ prefix: '/', root: PUBLIC_NAME, fallthrough: app !== undefined, manifest: true }] : [];
  return { ...loaded, config: { ...config, static: mounts, ...(app === undefined ? {} : { app: `./${app}` }) } };
}

function nothingFound(file: string | null): string {
  const places = `no application (${APP_NAMES.join(', ')}) and no ${PUBLIC_NAME}/ directory`;
  if (file !== null) return `there is nothing to serve: the configuration sets none of "app", "static" and "proxy", and there is ${places}. Add one of them.`;
  return `there is nothing to serve: no configuration (${CONFIG_NAMES.join(', ')}), ${places}. Add one of them, or give another directory.`;
}

function isFile(path: string): boolean {
  return lookOrNone(path)?.isFile() ?? false;
}

function isDirectory(path: string): boolean {
  return lookOrNone(path)?.isDirectory() ?? false;
}
