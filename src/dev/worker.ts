/**
 * The entry of a worker thread of a development server: the application with what a developer wants to see around it.
 *
 *   /__fastserve/...  the live script and its stream
 *   navigations       the overlay while newer code is broken, and for a view that failed; the routes for a 404 without a page of its own
 *   HTML answers      get the live script
 */
import { type GatewayApplication, type GatewayRequest, Head, type RawApplication, type Respond, type RouteEntry, type RouteManifest } from '../gateway/contract.ts';
import { runWorker } from '../gateway/worker.ts';
import type { WorkerTask } from '../gateway/worker/task.ts';
import { debugPage } from './debug-page.ts';
import { describeStack, type Failure } from './failure.ts';
import { fieldOf, injectScript } from './inject-script.ts';
import { LiveHub } from './live-hub.ts';
import { LIVE_PATH, SCRIPT, SCRIPT_PATH } from './live-script.ts';
import { notFoundPage } from './not-found-page.ts';
import { overlayPage } from './overlay.ts';
import { RequestReports } from './request-report.ts';

/** What a thread that is started ahead does at first. */
export { preload } from '../gateway/worker/preload.ts';

const PAGE = ['content-type', 'text/html; charset=utf-8', 'cache-control', 'no-store'];

/** As src/gateway/worker.ts. */
export default function run(task: WorkerTask): Promise<void> {
  const reports = new RequestReports();
  return runWorker(task, {
    lend: (environment) => reports.lend(environment),
    decorate: async (application) => decorate(application, { hub: await LiveHub.open(task.generation), reports, routes: application.manifest?.routes ?? null }),
  });
}

/** What pages are made with. */
interface Means {
  readonly hub: LiveHub;
  readonly reports: RequestReports;
  /** Of the application; null when it has no URLconf. */
  readonly routes: readonly RouteEntry[] | null;
}

function decorate(application: GatewayApplication, means: Means): GatewayApplication {
  return { ...application, manifest: application.manifest && withLiveRoutes(application.manifest), handle: wrap(application.handle, means) };
}

/**
 * Behind the application's own, whose numbers stay. Misses come here too: a page that is not found while code is broken shows
 * why, and others reload when they begin to exist.
 */
function withLiveRoutes(manifest: RouteManifest): RouteManifest {
  const common = { opaque: false, name: null, view: 'fastserve dev', own: true } as const;
  const own = [LIVE_PATH, SCRIPT_PATH].map((path): RouteEntry => ({ ...common, pattern: path.slice(1), methods: ['GET'] }));
  return { ...manifest, routes: [...manifest.routes, ...own], unmatched: 'application' };
}

function wrap(handle: RawApplication, means: Means): RawApplication {
  const { hub } = means;
  return (request, respond) => {
    const { path } = request;
    if (path === LIVE_PATH) return respond(200, ['content-type', 'text/event-stream', 'cache-control', 'no-store'], hub.events());
    if (path === SCRIPT_PATH) return respond(200, ['content-type', 'text/javascript; charset=utf-8', 'cache-control', 'no-store'], SCRIPT);
    const navigates = isNavigation(request);
    const { broken, version } = hub.state;
    if (broken !== null && navigates) return respond(500, PAGE, overlayPage(broken, version));
    means.reports.begin(request);
    return navigates ? runForPage(handle, request, respond, means) : handle(request, respond);
  };
}

/** Answers are in HTML where they can be: the live script is added, and a failure of the application becomes the overlay. */
function runForPage(handle: RawApplication, request: GatewayRequest, respond: Respond, means: Means): void | Promise<void> {
  let answered = false;
  const { version } = means.hub.state;
  const answer: Respond = (status, fields, body) => {
    const isPlain = typeof body === 'string' && /^text\/plain\b/i.test(fieldOf(fields instanceof Head ? fields.fields : fields, 'content-type') ?? '');
    const own = isPlain ? pageInstead(status, body, request, means) : null;
    const page = own === null ? injectScript({ fields, body }, version) : { fields: PAGE, body: own };
    respond(status, page.fields, page.body);
    answered = true;
  };
  const fail = (error: unknown): never => {
    if (!answered && error instanceof Error) answer(500, ['content-type', 'text/plain'], error.stack ?? error.message);
    throw error; // for the error log
  };
  try {
    const result = handle(request, answer);
    return result instanceof Promise ? result.catch(fail) : result;
  } catch (error) {
    return fail(error);
  }
}

/** In the place of a plain text: what a failure was, or what there is where nothing was found. null: the text is as good. */
function pageInstead(status: number, text: string, request: GatewayRequest, { hub, reports, routes }: Means): string | null {
  const { version } = hub.state;
  if (status === 404 && routes !== null) {
    return notFoundPage({ method: request.method, target: request.target, text, route: routes[request.routeId], routes }, version);
  }
  const failure = status === 500 ? failureIn(text) : null;
  if (failure === null) return null;
  // The pipeline tells all about its failures; of other applications only the text of their answer is known.
  const report = reports.take(request);
  return report === null ? overlayPage(failure, version) : debugPage(report, version);
}

/** A 500 with a stack, as applications answer with in development. */
function failureIn(text: string): Failure | null {
  const first = text.search(/^\s+at /m);
  return first === -1 ? null : describeStack('A view failed', text.slice(0, first).trim(), text);
}

/** Whether somebody looks at the answer in a browser's window (Fetch Metadata 2.3; Accept for those without). */
function isNavigation(request: GatewayRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'POST') return false;
  const mode = request.field('sec-fetch-mode');
  if (mode !== undefined) return mode === 'navigate';
  return (request.field('accept') ?? '').includes('text/html');
}
