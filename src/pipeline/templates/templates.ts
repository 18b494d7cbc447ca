/**
 * templates(): the engine of fastserve's own template language, for defineApp(). docs/templates.md is its manual.
 */
import { FastServeError } from '../../errors.ts';
import { gettext, inLanguageOfNow } from '../i18n/index.ts';
import { checkOnce, fingerprintOf } from './checks.ts';
import type { TemplateEngine, TemplateEnvironment } from './engine.ts';
import { TemplateError } from './engine.ts';
import { Environment } from './environment.ts';
import type { TemplatePage } from './gathered-page.ts';
import { directoryOf, FileLoader, TextLoader, type TemplateLoader } from './loader.ts';
import type { TagCall } from './runtime/custom-tag.ts';
import { makeDateFormatter } from './runtime/date-format.ts';
import { ESCAPING_FILTER_NAMES, makeFilters } from './runtime/filters/index.ts';
import { DEFAULT_GLOBALS } from './runtime/globals.ts';
import { makeHelpers } from './runtime/helpers.ts';
import type { Filter, Test } from './runtime/library.ts';
import { TESTS } from './runtime/tests.ts';

/** A tag of the application: a function, or an object when it has a body up to {% endname %}. */
export type CustomTag = ((call: TagCall) => unknown) | { hasBody: boolean; render: (call: TagCall) => unknown };

/** What templates() takes: `directory` or `sources`, and what the templates may use. */
export interface TemplatesOptions {
  /** Where the templates are: a path or a file: URL; of several the first that has a template gives it. */
  directory?: string | URL | readonly (string | URL)[];
  /** Templates by name, instead of a directory. */
  sources?: Readonly<Record<string, string>>;
  /** Values and functions for all templates. url(), static(), range() and others are always there. */
  globals?: Readonly<Record<string, unknown>>;
  /** Functions of (value, ...arguments); named arguments come as an object behind them. May be asynchronous. Without effects. */
  filters?: Readonly<Record<string, (...args: never[]) => unknown>>;
  /** Functions of (value, ...arguments) for {{ x is name }}. */
  tests?: Readonly<Record<string, (...args: never[]) => boolean>>;
  /** Tags: {% name a b=c %}. */
  tags?: Readonly<Record<string, CustomTag>>;
  /** Whether outputs are escaped: for all templates, or by name. Everything but .txt by default. */
  autoescape?: boolean | ((name: string) => boolean);
  /** For dates: an IANA name. 'UTC' by default. */
  timeZone?: string;
  /** Answer with a weak entity-tag, and with 304 to a client that has the page. true by default. */
  etag?: boolean;
  /** Files with these endings are compiled at the start; others when they are first used. */
  extensions?: readonly string[];
}

/** An engine of ours: what every engine does, and pages before they are assembled, and streams. */
export interface Templates extends TemplateEngine {
  render(template: string, context: object): TemplatePage | Promise<TemplatePage>;
  /** Every name of the context that a template, with all that it extends or includes, may read; undefined: cannot be told. */
  namesRead(template: string): ReadonlySet<string> | undefined;
  renderToString(template: string, context?: object): string | Promise<string>;
  /** The page in pieces, its head first. What fails later rejects. */
  stream(template: string, context?: object): AsyncIterable<Uint8Array>;
}

const CHECKS: Readonly<Record<keyof TemplatesOptions, (value: unknown) => boolean>> = {
  directory: () => true,
  sources: isObject,
  globals: isObject,
  filters: (value) => isObject(value) && Object.values(value).every((filter) => typeof filter === 'function'),
  tests: (value) => isObject(value) && Object.values(value).every((test) => typeof test === 'function'),
  tags: (value) =>
    isObject(value) &&
    Object.values(value).every((tag) => typeof tag === 'function' || typeof (tag as { render?: unknown }).render === 'function'),
  autoescape: (value) => typeof value === 'boolean' || typeof value === 'function',
  timeZone: (value) => typeof value === 'string',
  etag: (value) => typeof value === 'boolean',
  extensions: (value) => Array.isArray(value) && value.every((extension) => typeof extension === 'string'),
};
const EXPECTED: Readonly<Record<string, string>> = {
  sources: 'an object of texts by name',
  globals: 'an object',
  filters: 'an object of functions',
  tests: 'an object of functions',
  tags: 'an object of functions or { hasBody, render }',
  autoescape: 'true, false or a function of the name',
  timeZone: 'a name such as "Europe/Berlin"',
  etag: 'true or false',
  extensions: 'a list of endings such as ".html"',
};
const DEFAULT_EXTENSIONS = ['.html', '.htm', '.njk', '.jinja', '.xml', '.svg', '.txt'];

/** Templates in Django's and Jinja's language. FastServeError (FS_APP) for options that cannot work. */
export function templates(options: TemplatesOptions): Templates {
  checkOptions(options);
  const directories =
    options.directory === undefined ? [] : [options.directory].flat().map((directory) => directoryOf(directory, 'templates()'));
  let environment: Environment | null = null;
  const ready = (template: string): Environment => {
    if (environment === null) throw new TemplateError(template, undefined, 'the application has not been started');
    return environment;
  };
  return {
    name: 'fastserve',
    prepare(lent) {
      const loader = options.sources === undefined ? new FileLoader(directories) : new TextLoader(options.sources);
      const prepared = makeEnvironment(options, loader, lent);
      environment = prepared;
      const extensions = options.extensions ?? DEFAULT_EXTENSIONS;
      const compile = (): void => {
        for (const name of loader.names()) if (extensions.some((extension) => name.endsWith(extension))) prepared.compile(name);
      };
      if (lent.checks === undefined) return compile();
      return checkOnce(lent.checks, fingerprintOf(loader, rulesOf(options, loader.names())), compile);
    },
    namesRead: (template) => ready(template).namesRead(template),
    render: (template, context) => ready(template).gather(template, context),
    renderToString(template, context = {}) {
      const page = ready(template).gather(template, context);
      return page instanceof Promise ? page.then(String) : page.toString();
    },
    stream: (template, context = {}) => inLanguageOfNow(ready(template).stream(template, context)),
  };
}

function makeEnvironment(options: TemplatesOptions, loader: TemplateLoader, lent: TemplateEnvironment): Environment {
  const formatDate = makeDateFormatter(options.timeZone ?? 'UTC');
  const filters = makeFilters(formatDate);
  for (const [name, filter] of Object.entries(options.filters ?? {})) filters.set(name, filter as Filter);
  const own = { _: gettext, url: lent.url, static: lent.staticUrl, integrity: lent.staticIntegrity };
  const tags = Object.entries(options.tags ?? {});
  const { autoescape = (name: string) => !name.endsWith('.txt') } = options;
  return new Environment({
    loader,
    debug: lent.debug,
    globals: new Map(Object.entries({ ...DEFAULT_GLOBALS, ...own, ...options.globals })),
    filters,
    tests: new Map(Object.entries({ ...TESTS, ...(options.tests as Readonly<Record<string, Test>> | undefined) })),
    tags: new Map(tags.map(([name, tag]) => [name, typeof tag === 'function' ? tag : tag.render])),
    customTags: new Map(tags.map(([name, tag]) => [name, { hasBody: typeof tag === 'object' && tag.hasBody }])),
    helpers: makeHelpers({ url: lent.url, formatDate }),
    escapingFilters: new Set([...ESCAPING_FILTER_NAMES].filter((name) => options.filters?.[name] === undefined)),
    etag: options.etag ?? true,
    formatDate,
    fragments: lent.fragments,
    urlProblem: options.globals?.['url'] === undefined ? lent.urlProblem : undefined,
    escapes: typeof autoescape === 'function' ? autoescape : () => autoescape,
  });
}

/** What decides, beside their texts and the routes, whether templates compile. */
function rulesOf({ filters = {}, tests = {}, tags = {}, globals = {}, autoescape, extensions }: TemplatesOptions, names: readonly string[]): unknown[] {
  const escapes = typeof autoescape === 'function' ? names.filter((name) => autoescape(name)) : autoescape;
  const customTags = Object.entries(tags).map(([name, tag]) => [name, typeof tag === 'object' && tag.hasBody]);
  return [extensions, Object.keys(filters), Object.keys(tests), Object.keys(globals), customTags, escapes];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkOptions(options: TemplatesOptions): void {
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, key)) fail(`unknown option '${key}'; expected ${Object.keys(CHECKS).join(', ')}`);
    if (value !== undefined && !CHECKS[key as keyof TemplatesOptions](value)) fail(`${key} is not what was expected: ${EXPECTED[key]}`);
  }
  if ((options.directory === undefined) === (options.sources === undefined)) fail('expected either directory or sources');
  for (const name of [...Object.keys(options.filters ?? {}), ...Object.keys(options.tests ?? {}), ...Object.keys(options.tags ?? {})]) {
    if (!/^[a-z_]\w*$/i.test(name)) fail(`'${name}' is no name that a template could use; expected letters, digits and "_"`);
  }
}

function fail(message: string): never {
  throw new FastServeError('FS_APP', `templates(): ${message}`);
}
