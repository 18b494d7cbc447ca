/** Renders templates that are written in a test. */
import { type Templates, type TemplatesOptions, templates } from '../../../src/index.ts';

type Sources = string | Readonly<Record<string, string>>;

const paths: Readonly<Record<string, string>> = { home: '/', post: '/posts/' };

/** A started engine with these templates. One text is the template "page.html". */
export function engineOf(sources: Sources, options: TemplatesOptions = {}, debug = false): Templates {
  const engine = templates({ sources: typeof sources === 'string' ? { 'page.html': sources } : sources, ...options });
  void engine.prepare?.({ debug, url: (name, params) => urlOf(name, params), staticUrl: (name) => `/static/${name}`, staticIntegrity: () => '' });
  return engine;
}

function urlOf(name: string, params: unknown): string {
  const base = paths[name];
  if (base === undefined) throw new Error(`there is no route ${name}`);
  const values = Object.values((params ?? {}) as object);
  return values.length === 0 ? base : `${base}${values.join('/')}/`;
}

/** The text of page.html. */
export function rendered(sources: Sources, context: object = {}, options: TemplatesOptions = {}): string {
  const text = engineOf(sources, options).renderToString('page.html', context);
  if (typeof text === 'string') return text;
  throw new Error('the template was asynchronous');
}

/** The same in development. */
export function renderedInDebug(sources: Sources, context: object = {}, options: TemplatesOptions = {}): string {
  return engineOf(sources, options, true).renderToString('page.html', context) as string;
}

/** The message of what compiling or rendering throws. */
export function failure(sources: Sources, context: object = {}, options: TemplatesOptions = {}): string {
  try {
    renderedInDebug(sources, context, options);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing failed');
}
