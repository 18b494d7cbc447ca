/**
 * The eta adapter. The package is an optional peer: it is imported when the application starts, so that fastserve loads without it.
 *
 * Templates read their values from `it`: <%= it.title %>. Outputs are escaped; an undefined value is shown as eta shows it.
 */
import { FastServeError } from '../../errors.ts';
import { type TemplateEngine, type TemplateEnvironment, TemplateError } from './engine.ts';
import { directoryOf } from './loader.ts';
import { importPeer } from './peer.ts';

/** What eta() takes. */
export interface EtaOptions {
  /** Where the templates are: a path or a file: URL. */
  directory: string | URL;
  /** Values and functions for all templates, as it.name. it.url(name, params) is always there. */
  globals?: Readonly<Record<string, unknown>>;
}

/** The part of eta's interface that is used (version 3 and later). */
interface EtaEngine {
  render(template: string, data: object): string;
}
type EtaModule = { Eta: new (config: object) => EtaEngine };

const PACKAGE: string = 'eta';
const OPTION_NAMES = new Set(['directory', 'globals']);

/** Templates in eta's language. FastServeError (FS_APP) for options that cannot work. */
export function eta(options: EtaOptions): TemplateEngine {
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.has(name))
      throw new FastServeError('FS_APP', `eta(): unknown option '${name}'; expected ${[...OPTION_NAMES].join(', ')}`);
  }
  const directory = directoryOf(options.directory, 'eta()');
  let engine: EtaEngine | null = null;
  let globals: object = {};
  return {
    name: 'eta',
    async prepare(lent: TemplateEnvironment) {
      // A name in a variable: the compiler needs no types of a package that may be absent.
      const { Eta } = await importPeer(PACKAGE, () => import(PACKAGE) as Promise<EtaModule>);
      engine = new Eta({ views: directory, autoEscape: true, cache: !lent.debug, debug: lent.debug, defaultExtension: '' });
      globals = { url: lent.url, ...options.globals };
    },
    render(template, context) {
      if (engine === null) throw new TemplateError(template, undefined, 'the application has not been started');
      try {
        return engine.render(template, { ...globals, ...context });
      } catch (error) {
        throw toTemplateError(template, error);
      }
    },
  };
}

/** In development eta's messages begin with "file:line"; otherwise the line is not known. */
function toTemplateError(template: string, error: unknown): TemplateError {
  const message = error instanceof Error ? error.message : String(error);
  const line = /^[^\n]*?:(\d+)\n/.exec(message)?.[1];
  const reason = line === undefined ? message : (message.trim().split('\n').at(-1) ?? message);
  return new TemplateError(template, line === undefined ? undefined : Number(line), reason.replace(/\s*\n\s*/g, ' ').trim(), error);
}
