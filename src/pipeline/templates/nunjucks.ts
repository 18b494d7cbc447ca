/**
 * The nunjucks adapter. The package is an optional peer: it is imported when the application starts, so that fastserve loads
 * without it.
 */
import { readdirSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { Environment } from 'nunjucks';
import { FastServeError } from '../../errors.ts';
import { type TemplateEngine, type TemplateEnvironment, TemplateError } from './engine.ts';
import { directoryOf } from './loader.ts';
import { importPeer } from './peer.ts';

/** What nunjucks() takes. */
export interface NunjucksOptions {
  /** Where the templates are: a path, or a file: URL such as new URL('./templates/', import.meta.url). */
  directory: string | URL;
  /** Values and functions for all templates. url(name, params), static(name) and integrity(name) are always there. */
  globals?: Readonly<Record<string, unknown>>;
  /** Synchronous filters by name. */
  filters?: Readonly<Record<string, (...args: never[]) => unknown>>;
  /** Files with these endings are compiled at the start; others when they are first used. */
  extensions?: readonly string[];
}

const OPTION_NAMES = new Set(['directory', 'globals', 'filters', 'extensions']);
const DEFAULT_EXTENSIONS = ['.html', '.njk', '.xml', '.txt'];

/** Django-like templates: inheritance, includes, auto-escaping. FastServeError (FS_APP) for options that cannot work. */
export function nunjucks(options: NunjucksOptions): TemplateEngine {
  checkOptions(options);
  const directory = directoryOf(options.directory, 'nunjucks()');
  let environment: Environment | undefined;
  return {
    name: 'nunjucks',
    async prepare(lent) {
      environment = await makeEnvironment(directory, options, lent);
      for (const name of templateNames(directory, options.extensions ?? DEFAULT_EXTENSIONS)) compile(environment, directory, name);
    },
    render(template, context) {
      if (environment === undefined) throw new TemplateError(template, undefined, 'the application has not been started');
      return renderText(environment, directory, template, context);
    },
  };
}

function renderText(environment: Environment, directory: string, template: string, context: object): string {
  let text: string | null;
  try {
    text = environment.render(template, context);
  } catch (error) {
    throw toTemplateError(directory, template, error);
  }
  if (text !== null) return text;
  throw new TemplateError(template, undefined, 'it did not finish at once; asynchronous tags and extensions are not supported');
}

function checkOptions(options: NunjucksOptions): void {
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.has(name)) fail(`unknown option '${name}'; expected ${[...OPTION_NAMES].join(', ')}`);
  }
  for (const [name, filter] of Object.entries(options.filters ?? {})) {
    if (typeof filter !== 'function') fail(`the filter '${name}' is of type ${typeof filter}; expected a function`);
    if (filter.constructor.name !== 'AsyncFunction') continue;
    fail(`the filter '${name}' is asynchronous; templates render synchronously: await in the view and pass the result`);
  }
}

async function makeEnvironment(directory: string, options: NunjucksOptions, lent: TemplateEnvironment): Promise<Environment> {
  const { Environment, FileSystemLoader } = await importPeer('nunjucks', async () => (await import('nunjucks')).default);
  const environment = new Environment(new FileSystemLoader(directory, { noCache: false, watch: false }), {
    autoescape: true,
    throwOnUndefined: lent.debug,
    // Keeps the stack of what failed inside the template; it goes to the log only.
    dev: true,
  });
  compileWhenFound(environment);
  environment.addGlobal('url', lent.url);
  environment.addGlobal('static', lent.staticUrl);
  environment.addGlobal('integrity', lent.staticIntegrity);
  for (const [name, value] of Object.entries(options.globals ?? {})) environment.addGlobal(name, value);
  for (const [name, filter] of Object.entries(options.filters ?? {})) {
    environment.addFilter(name, filter as (...args: unknown[]) => unknown);
  }
  return environment;
}

/**
 * A template that does not compile must fail where it is looked up: nunjucks would hand the error of an included one to a
 * timer, where it ends the process.
 */
function compileWhenFound(environment: Environment): void {
  const lookUp = environment.getTemplate.bind(environment) as (...args: unknown[]) => unknown;
  const eagerly = (name: unknown, ...rest: unknown[]): unknown =>
    typeof rest[0] === 'function' ? lookUp(name, true, ...rest) : lookUp(name, true, ...rest.slice(1));
  environment.getTemplate = eagerly as Environment['getTemplate'];
}

/** Names relative to the directory, with "/" between folders, in order. Hidden files are left out. */
function templateNames(directory: string, extensions: readonly string[]): string[] {
  let files: string[];
  try {
    files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  } catch (cause) {
    return fail(`the directory ${directory} cannot be read; does it exist?`, cause);
  }
  return files
    .map((file) => file.split(sep).join('/'))
    .filter((name) => !/(^|\/)\./.test(name) && extensions.some((extension) => name.endsWith(extension)))
    .sort();
}

function compile(environment: Environment, directory: string, name: string): void {
  try {
    environment.getTemplate(name, true);
  } catch (error) {
    throw toTemplateError(directory, name, error);
  }
}

/**
 * nunjucks writes "(outer file)\n (inner file) [Line 3, Column 7]\n  reason": the template that failed comes last. Lines count
 * from 1, except where an exception of other code ("TypeError: ...") passed through: from 0.
 */
function toTemplateError(directory: string, rendered: string, error: unknown): TemplateError {
  const message = error instanceof Error ? error.message : String(error);
  const place = [...message.matchAll(/\(([^()\n]+)\)(?: \[Line (\d+), Column \d+\])?\n/g)].at(-1);
  if (place === undefined) return new TemplateError(rendered, undefined, oneLine(message), error);
  const template = relative(directory, place[1] as string).split(sep).join('/');
  const reason = oneLine(message.slice(place.index + place[0].length));
  const line = place[2] === undefined ? undefined : Number(place[2]) + (/^\w*Error: /.test(reason) ? 1 : 0);
  return new TemplateError(template, line, template === rendered ? reason : `${reason} (rendering '${rendered}')`, error);
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

function fail(message: string, cause?: unknown): never {
  throw new FastServeError('FS_APP', `nunjucks(): ${message}`, { cause });
}
