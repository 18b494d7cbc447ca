/** What changed files mean for a development server. Pure functions. */
import { basename, dirname, extname, sep } from 'node:path';

export interface Site {
  /** Of the site; absolute. */
  readonly directory: string;
  /** Absolute paths of the modules that the configuration was compiled of; empty when there is none. */
  readonly configFiles: ReadonlySet<string>;
  /** Absolute paths of the modules that the application was compiled of. */
  readonly inputs: ReadonlySet<string>;
  /** Absolute paths of the static directories. */
  readonly roots: readonly string[];
}

/**
 * - restart: the configuration is another
 * - reload: the application's code, templates or catalogues are
 * - page: what pages show is, and the code is not
 * - styles: only style sheets are
 * - nothing: neither
 */
export type Meaning = 'restart' | 'reload' | 'page' | 'styles' | 'nothing';

const CONFIG_NAME = /^fastserve\.config\.(?:ts|mts|js|mjs|json)$/;
const CODE = new Set(['.ts', '.mts', '.tsx', '.js', '.mjs', '.cjs', '.jsx']);
const TEMPLATES = new Set(['.html', '.njk', '.xml', '.txt']);
const CATALOGUES = new Set(['.po']);
/** The strongest first. */
const ORDER: readonly Meaning[] = ['restart', 'reload', 'page', 'styles', 'nothing'];

/** The strongest meaning among these files. */
export function meaningOf(files: Iterable<string>, site: Site): Meaning {
  let strongest = ORDER.length - 1;
  for (const file of files) strongest = Math.min(strongest, ORDER.indexOf(meaningOfOne(file, site)));
  return ORDER[strongest] as Meaning;
}

/** Data of the application (a .json that it writes, a database) reloads nothing unless the code imports it. */
function meaningOfOne(file: string, { directory, configFiles, inputs, roots }: Site): Meaning {
  if (configFiles.has(file) || (dirname(file) === directory && CONFIG_NAME.test(basename(file)))) return 'restart';
  if (inputs.has(file)) return 'reload';
  const extension = extname(file);
  const isStatic = roots.some((root) => root !== directory && file.startsWith(`${root}${sep}`));
  if (!isStatic && (CODE.has(extension) || TEMPLATES.has(extension) || CATALOGUES.has(extension))) return 'reload';
  if (isStatic || roots.includes(directory)) return extension === '.css' ? 'styles' : 'page';
  return 'nothing';
}
