/**
 * Context processors: what every template of an application may use, in the manner of Django's. They run once for each
 * response that is rendered, in order; later ones win over earlier ones, the view's own context wins over all.
 *
 * DESIGN: a processor that says which names it gives (provides()) is passed over when the engine knows that the template reads
 * none of them. That is decided before anything runs, so no engine has to deal with values that come into being while it reads.
 */
import type { Request } from '../../http/request.ts';

/** Gives names for templates. A small function of the request; may be asynchronous. */
export interface ContextProcessor {
  (request: Request): object | Promise<object>;
  /** All names that it gives, when it was made by provides(). */
  readonly names?: readonly string[];
}

/** A template engine that can tell what its templates read. */
export interface NamesReader {
  /** Every top-level name that a template and all that it extends or includes may read; undefined when that is not known. */
  namesRead(template: string): ReadonlySet<string> | undefined;
}

/**
 * A processor that runs only for templates that read one of `names`, where the engine can tell. TypeError when it then gives a
 * name that is not among them: templates that read only that one would miss it.
 */
export function provides(names: readonly string[], processor: (request: Request) => object | Promise<object>): ContextProcessor {
  const known = new Set(names);
  const check = (given: object): object => {
    for (const name of Object.keys(given ?? {})) {
      if (!known.has(name)) throw new TypeError(`context processor '${processor.name || 'anonymous'}' gave '${name}', which provides() does not list`);
    }
    return given;
  };
  const checking = (request: Request): object | Promise<object> => {
    const given = processor(request);
    return isPromise(given) ? given.then(check) : check(given);
  };
  Object.defineProperty(checking, 'name', { value: processor.name });
  return Object.assign(checking, { names: [...names] });
}

/** What the template reads, undefined when its engine does not say. */
export function namesRead(engine: object, template: string): ReadonlySet<string> | undefined {
  return (engine as Partial<NamesReader>).namesRead?.(template);
}

/**
 * The context for one rendering: a new object. `read`: the names that the template reads, when that is known. A promise only
 * when a processor gave one. Throws what a processor throws.
 */
export function buildContext(
  processors: readonly ContextProcessor[],
  request: Request,
  viewContext: object,
  read?: ReadonlySet<string>,
): object | Promise<object> {
  const context = {};
  for (let i = 0; i < processors.length; i++) {
    const processor = processors[i] as ContextProcessor;
    if (!isWanted(processor, viewContext, read)) continue;
    const names = processor(request);
    if (isPromise(names)) return continueAsync(processors, i, names, context, request, viewContext, read);
    Object.assign(context, checked(names, processors, i));
  }
  return Object.assign(context, viewContext);
}

async function continueAsync(
  processors: readonly ContextProcessor[],
  pendingIndex: number,
  pending: Promise<object>,
  context: object,
  request: Request,
  viewContext: object,
  read: ReadonlySet<string> | undefined,
): Promise<object> {
  Object.assign(context, checked(await pending, processors, pendingIndex));
  for (let i = pendingIndex + 1; i < processors.length; i++) {
    const processor = processors[i] as ContextProcessor;
    if (isWanted(processor, viewContext, read)) Object.assign(context, checked(await processor(request), processors, i));
  }
  return Object.assign(context, viewContext);
}

/** Whether the template may read something of the processor that the view has not given itself. */
function isWanted(processor: ContextProcessor, viewContext: object, read: ReadonlySet<string> | undefined): boolean {
  if (processor.names === undefined || read === undefined) return true;
  return processor.names.some((name) => read.has(name) && !Object.hasOwn(viewContext, name));
}

function isPromise(value: unknown): value is Promise<object> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function checked(names: unknown, processors: readonly ContextProcessor[], index: number): object {
  if (typeof names === 'object' && names !== null) return names;
  const name = processors[index]?.name || 'anonymous';
  throw new TypeError(
    `context processor '${name}' (index ${index}) returned ${names === null ? 'null' : typeof names}; expected an object`,
  );
}
