/**
 * The way of a request through the pipeline as a development server shows it: each layer tells when it is entered and how it was left.
 * An application is built with these only when whoever runs it watches (ApplicationEnvironment.watch); otherwise nothing of it is there.
 */
import type { PipelineLayer, WatchPipeline } from '../gateway/contract.ts';
import { gatewayOf, type Request } from '../http/request.ts';
import { Response } from '../http/response.ts';
import type { ContextProcessor } from './context/index.ts';
import type { Middleware } from './middleware/index.ts';
import type { Route } from './urls/index.ts';
import { wrapView } from './view-marks.ts';
import type { View } from './views/index.ts';

/** Makes functions that report themselves. What they return or throw stays. */
export class Watching {
  readonly #watch: WatchPipeline;
  readonly #views = new Map<Route, View>();

  constructor(watch: WatchPipeline) {
    this.#watch = watch;
  }

  middleware(middleware: Middleware): Middleware {
    const layer: Middleware = (request, next) => this.#run(request, 'middleware', nameOf(middleware), () => middleware(request, next));
    const { hooks, needsSecretKey } = middleware;
    Object.defineProperty(layer, 'name', { value: middleware.name });
    return Object.assign(layer, hooks === undefined ? {} : { hooks }, needsSecretKey === undefined ? {} : { needsSecretKey });
  }

  processor(processor: ContextProcessor): ContextProcessor {
    const name = processor.name === '' && processor.names !== undefined ? processor.names.join(', ') : nameOf(processor);
    const watched: ContextProcessor = (request) => this.#run(request, 'context', name, () => processor(request));
    Object.defineProperty(watched, 'name', { value: processor.name });
    return processor.names === undefined ? watched : Object.assign(watched, { names: processor.names });
  }

  /** The view of a route; the same function each time. */
  view(route: Route): View {
    const { view } = route;
    let watched = this.#views.get(route);
    if (watched === undefined) {
      const name = `${nameOf(view)} for "/${route.pattern}"`;
      watched = wrapView(view, ((request, params) => this.#run(request, 'view', name, () => view(request, params))) as View);
      this.#views.set(route, watched);
    }
    return watched;
  }

  template<Result>(request: Request, name: string, render: () => Result): Result {
    return this.#run(request, 'template', name, render);
  }

  #run<Result>(request: Request, layer: PipelineLayer, name: string, run: () => Result): Result {
    const leave = this.#watch(gatewayOf(request), layer, name);
    const failed = (error: unknown): never => {
      leave(`threw ${error instanceof Error ? error.name : 'a value'}`);
      throw error;
    };
    try {
      const result = run();
      if (result instanceof Promise) return result.then((value: unknown) => (leave(outcomeOf(value)), value), failed) as Result;
      leave(outcomeOf(result));
      return result;
    } catch (error) {
      return failed(error);
    }
  }
}

function outcomeOf(value: unknown): string {
  return value instanceof Response ? (value.deferred === null ? String(value.status) : 'asks for a template') : '';
}

function nameOf(named: { readonly name: string }): string {
  return named.name === '' ? 'anonymous' : named.name;
}
