/**
 * Where an application imports what does not exist. Node names the compiled module, and no line; people look for the source. Any thread;
 * reads the modules concerned.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const CODES = new Set(['ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);
const IMPORTER = / imported from (\S.*)$/;

/**
 * Gives an error of an import that leads nowhere with the source in its message, and that place as the first frame of its stack: that of
 * the module's source map, or the module itself where it has none. Every other error, and one whose import is not found, as it is.
 */
export function withImportPlace(error: Error & { code?: unknown }): Error {
  const importer = CODES.has(String(error.code)) ? IMPORTER.exec(error.message)?.[1] : undefined;
  const specifier = importer === undefined ? null : specifierIn(error.message);
  if (importer === undefined || specifier === null) return error;
  const found = placeOf(specifier, sourcesOf(importer.startsWith('file:') ? fileURLToPath(importer) : importer));
  if (found === null) return error;
  const text = error.message.replace(IMPORTER, ` imported from ${found.file}`);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  error.stack = [`${error.name} [${String(error.code)}]: ${text}`, `    at ${found.file}:${found.line}:${found.column}`, ...frames].join('\n');
  error.message = text;
  return error;
}

/** The name that is imported: of a package, of a file below it, or null for what a message does not tell. */
function specifierIn(message: string): string | null {
  const missing = /^Cannot find package '([^']+)'/.exec(message)?.[1];
  if (missing !== undefined) return missing;
  const [, subpath = '', manifest = ''] = /^Package subpath '\.([^']*)' is not defined by "exports" in (.+)\/package\.json /.exec(message) ?? [];
  const path = manifest !== '' ? `${manifest}${subpath}` : (/^Cannot find module '([^']+)'/.exec(message)?.[1] ?? '');
  return path.includes('/node_modules/') ? (path.split('/node_modules/').at(-1) as string) : null;
}

/** Absolute paths of what a module was compiled of. */
function sourcesOf(module: string): string[] {
  try {
    const { sources } = JSON.parse(readFileSync(`${module}.map`, 'utf8')) as { sources: string[] };
    return sources.map((source) => resolve(dirname(module), source));
  } catch {
    return [module];
  }
}

/** Of the first import of the package `specifier`, or of a file below it. */
function placeOf(specifier: string, sources: readonly string[]): { file: string; line: number; column: number } | null {
  const name = specifier.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const statement = new RegExp(`\\b(?:from|import|require)\\s*\\(?\\s*(?=['"]${name}(?:/[^'"]*)?['"])`);
  for (const file of sources) {
    const found = statement.exec(textOf(file));
    if (found === null) continue;
    const before = found.input.slice(0, found.index + found[0].length).split('\n');
    return { file, line: before.length, column: (before.at(-1) as string).length + 1 };
  }
  return null;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
