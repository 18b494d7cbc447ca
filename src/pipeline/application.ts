/**
 * The pipeline: middlewares around URL resolution, view and template, put together once from what defineApp() was given.
 * Runs on the application's thread.
 *
 * DESIGN: what a request passes, from the outside in
 *
 *   handle ─► middleware 0 ─► … ─► middleware n ─► resolve ─► view ─► context processors ─► template
 *   respond ◄─ Response ◄──────────── each layer gives a Response, errors included (see middleware/chain.ts)
 *
 * While no layer is asynchronous no promise is made and `respond` is called before handle returns.
 */
import { startTasksAfter, tasksSettled } from './after.ts';
import { ContentTags } from '../gateway/answers/content-tags.ts';
import {
  type ApplicationEnvironment,
  type GatewayApplication,
  type RawApplication,
  type Respond,
  type RouteManifest,
} from '../gateway/contract.ts';
import { DEFAULT_ENVIRONMENT } from '../gateway/inject/environment.ts';
import { FastServeError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../http/content/limits.ts';
import { gatewayOf, Request } from '../http/request.ts';
import type { RequestServices } from '../http/request/services.ts';
import { Response } from '../http/response.ts';
import { buildContext, namesRead } from './context/index.ts';
import { completeResponse } from './deferred.ts';
import { makeErrorResponder } from './error-response.ts';
import { activateTranslations, checkTranslations } from './i18n/index.ts';
import { buildChain, collectFrontDuties, collectHooks, type HookTable, runTemplateHooks } from './middleware/index.ts';
import { type AppOptions, checkAppOptions } from './options.ts';
import { sendResponse } from './send.ts';
import { activateRates } from './rates.ts';
import { activatePurge } from './response-cache.ts';
import { signalFinish, signalStart } from './signals.ts';
import { activateSharedMemory, sharedChecks } from './shared-memory.ts';
import { StaticFiles } from './static/index.ts';
import type { RenderedTemplate } from './templates/index.ts';
import { phasesOf, traceMiddleware, traceView } from './tracing.ts';
import { activateUrlconf, buildUrlconf, checkPatterns, type Reverse, reverseIn, reverseProblem, toManifest, type Urlconf } from './urls/index.ts';
import { locate, makeViewLayer } from './view-layer.ts';
import { Watching } from './watching.ts';

/** Marks pipeline applications of any copy of this package. */
export const PIPELINE_BRAND: unique symbol = Symbol.for('fastserve.pipeline') as never;

/** An application as defineApp() makes it: checked, flattened, ready to be bound to whoever runs it. */
export class PipelineApplication {
  readonly [PIPELINE_BRAND] = true;
  readonly manifest: RouteManifest;
  readonly #options: AppOptions;
  readonly #urlconf: Urlconf;

  constructor(options: AppOptions) {
    checkAppOptions(options);
    checkPatterns('defineApp()', options.urls);
    this.#options = options;
    // A page of the application's own for 429 takes a worker.
    this.#urlconf = buildUrlconf(options.urls, options.errorHandlers?.[429] === undefined);
    const unmatched = options.unmatched ?? (options.errorHandlers?.[404] === undefined ? 'native' : 'application');
    const front = collectFrontDuties(options.middleware ?? []);
    const manifest = toManifest(this.#urlconf, options.appendSlash ?? true, unmatched);
    this.manifest = front === undefined ? manifest : { ...manifest, front };
    activateUrlconf(this.#urlconf);
  }

  /** The path of one of this application's named routes; see reverse(). */
  readonly reverse: Reverse = (name, params, options) => reverseIn(this.#urlconf, name, params, options);

  /** The form that the gateway runs. Builds the chain; nothing of it is rebuilt per request. */
  bind(): GatewayApplication {
    const { templates, i18n, onStart, onStop } = this.#options;
    let environment = DEFAULT_ENVIRONMENT;
    let handle = this.#buildHandle(() => environment, null);
    return {
      kind: 'pipeline',
      get handle() {
        return handle;
      },
      manifest: this.manifest,
      start: async (lent = DEFAULT_ENVIRONMENT) => {
        environment = lent;
        if (lent.watch !== undefined) handle = this.#buildHandle(() => environment, new Watching(lent.watch));
        activateSharedMemory(lent.sharedMemory);
        activatePurge(lent.purge);
        activateRates(lent.takeRate);
        await activateTranslations(i18n);
        const files = new StaticFiles(lent.staticDirectories);
        await templates?.prepare?.({
          debug: lent.debug,
          url: this.reverse,
          urlProblem: (name, given) => reverseProblem(this.#urlconf, name, given),
          staticUrl: files.url,
          staticIntegrity: files.integrity,
          ...(lent.fragments && { fragments: lent.fragments }),
          ...(lent.debug && lent.sharedMemory && { checks: sharedChecks(lent.sharedMemory, JSON.stringify(this.manifest)) }),
        });
        await onStart?.();
      },
      check: () => checkTranslations(i18n),
      stop: async () => {
        await tasksSettled();
        await onStop?.();
      },
    };
  }

  #buildHandle(environment: () => ApplicationEnvironment, watching: Watching | null): RawApplication {
    const { errorHandlers = {} } = this.#options;
    const middleware = (this.#options.middleware ?? []).map((each) => watching?.middleware(each) ?? each);
    const support = { complete: completeResponse, toResponse: makeErrorResponder(errorHandlers, environment) };
    const hooks = collectHooks(middleware);
    const services = this.#buildServices(hooks, environment, watching);
    const view = makeViewLayer(this.#urlconf.routes, this.manifest.appendSlash, support, hooks, watching?.view.bind(watching));
    const chain = buildChain(middleware, view, support);
    const find = (request: Request): void => void locate(this.#urlconf.routes, request, this.manifest.appendSlash);
    const tracedChain = buildChain(middleware.map(traceMiddleware), traceView(view, find), support);
    return (gatewayRequest, respond) => {
      const request = new Request(gatewayRequest, services);
      signalStart(request);
      const response = (gatewayRequest.phases ? tracedChain : chain)(request);
      if (response instanceof Response) return finish(response, request, respond, environment());
      return response.then((ready) => finish(ready, request, respond, environment()));
    };
  }

  #buildServices(hooks: HookTable, environment: () => ApplicationEnvironment, watching: Watching | null): RequestServices {
    const { templates, secretKey, secretKeyFallbacks = [], content, strictCookies = false, uploadDirectory } = this.#options;
    const contextProcessors = (this.#options.contextProcessors ?? []).map((each) => watching?.processor(each) ?? each);
    const areSelective = contextProcessors.some((processor) => processor.names !== undefined);
    return {
      locate: (request) => void locate(this.#urlconf.routes, request, this.manifest.appendSlash),
      renderTemplate(request, template, viewContext) {
        if (templates === undefined) {
          throw new FastServeError('FS_APP', `render('${template}'): defineApp() was given no templates; add templates: templates({ directory })`);
        }
        const run = (name: string, context: object): RenderedTemplate | Promise<RenderedTemplate> => {
          phasesOf(request)?.enter('template', name);
          environment().onRender?.(name, context, gatewayOf(request));
          return watching === null ? templates.render(name, context) : watching.template(request, name, () => templates.render(name, context));
        };
        const draw = (name: string, names: object): RenderedTemplate | Promise<RenderedTemplate> => {
          phasesOf(request)?.enter('context', '');
          const read = areSelective ? namesRead(templates, name) : undefined;
          const context = buildContext(contextProcessors, request, names, read);
          return context instanceof Promise ? context.then((ready: object) => run(name, ready)) : run(name, context);
        };
        if (hooks.template.length === 0) return draw(template, viewContext);
        const page = { template, context: { ...viewContext } };
        const done = runTemplateHooks(hooks.template, request, page);
        return done instanceof Promise ? done.then(() => draw(page.template, page.context)) : draw(page.template, page.context);
      },
      signingKeys: secretKey === undefined ? null : { key: secretKey, fallbacks: secretKeyFallbacks },
      contentTags: new ContentTags(secretKey ?? ''),
      contentLimits: { ...DEFAULT_LIMITS, ...content },
      strictCookies,
      uploadDirectory,
    };
  }
}

/** The last that the pipeline does for a request. */
function finish(response: Response, request: Request, respond: Respond, environment: ApplicationEnvironment): void {
  sendResponse(response, gatewayOf(request), respond, environment);
  signalFinish(request, response);
  startTasksAfter(request);
}

/**
 * Makes an application of middlewares, a URLconf, templates and error pages. FastServeError (FS_APP) for mistakes in them.
 *
 * @example
 * ```ts
 * export default defineApp({
 *   templates: templates({ directory: new URL('./templates/', import.meta.url) }),
 *   middleware: [securityHeaders()],
 *   urls: [path('', (request) => render(request, 'home.html'), { name: 'home' })],
 * });
 * ```
 */
export function defineApp(options: AppOptions): PipelineApplication {
  return new PipelineApplication(options);
}
