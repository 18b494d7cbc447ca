/** Modules of the user: the URL under which Node can import a file, after compiling it when it is TypeScript. */
import { accessSync } from 'node:fs';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '../errors.ts';
import { bundle, scriptUrl } from './bundle.ts';
import { show } from './values/show.ts';

const COMPILED = new Set(['.ts', '.mts', '.tsx', '.jsx']);
const PLAIN = new Set(['.js', '.mjs', '.cjs']);

/**
 * The file: URL to import for `file` (absolute): its own for JavaScript, that of the bundle for TypeScript.
 * Throws ConfigError when it is missing or of another kind, FastServeError FS_BUNDLE when it does not compile.
 */
export async function moduleUrl(file: string): Promise<string> {
  const extension = extname(file);
  if (!COMPILED.has(extension) && !PLAIN.has(extension)) {
    const expected = [...COMPILED, ...PLAIN].join(', ');
    throw new ConfigError('app', [{ path: '', text: `got ${show(file)}, expected a file that ends in ${expected}.` }]);
  }
  try {
    accessSync(file);
  } catch (error) {
    throw new ConfigError('app', [{ path: '', text: `there is no file at ${show(file)}. Correct the path, or make the file.` }], { cause: error });
  }
  return COMPILED.has(extension) ? bundle(file) : pathToFileURL(file).href;
}

/** As moduleUrl, for an application that workers load with importDefault() of the gateway. */
export async function workerUrl(file: string): Promise<string> {
  const url = await moduleUrl(file);
  return COMPILED.has(extname(file)) ? scriptUrl(url) : url;
}

/**
 * As importModule, for a file that may have changed since: plain JavaScript is compiled too, so that its URL changes with its
 * content and that of what it imports by a relative path.
 */
export async function importAnew(file: string): Promise<Record<string, unknown>> {
  await moduleUrl(file);
  process.setSourceMapsEnabled(true);
  return (await import(await bundle(file))) as Record<string, unknown>;
}

/** Imports a module of the user in this thread. Stacks of compiled ones point at their TypeScript. */
export async function importModule(file: string): Promise<Record<string, unknown>> {
  const url = await moduleUrl(file);
  process.setSourceMapsEnabled(true);
  return (await import(url)) as Record<string, unknown>;
}
