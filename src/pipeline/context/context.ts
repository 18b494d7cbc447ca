/**
 * Context processors: what every template of an application may use, in the manner of Django's. They run once for each
 * response that is rendered, in order; later ones win over earlier ones, the view's own context wins over all.
 */
import type { Request } from '../../http/request.ts';

/** Gives names for templates. A small function of the request; may be asynchronous. */
export type ContextProcessor = (request: Request) => object | Promise<object>;

/** The context for one rendering: a new object. A promise only when a processor gave one. Throws what a processor throws. */
export function buildContext(
  processors: readonly ContextProcessor[],
  request: Request,
  viewContext: object,
): object | Promise<object> {
  const context = {};
  for (let i = 0; i < processors.length; i++) {
    const names = (processors[i] as ContextProcessor)(request);
    if (isPromise(names)) return continueAsync(processors, i, names, context, request, viewContext);
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
): Promise<object> {
  Object.assign(context, checked(await pending, processors, pendingIndex));
  for (let i = pendingIndex + 1; i < processors.length; i++) {
    Object.assign(context, checked(await (processors[i] as ContextProcessor)(request), processors, i));
  }
  return Object.assign(context, viewContext);
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
