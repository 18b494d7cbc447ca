/**
 * rateLimit(): so many requests in a time, counted over all workers of the server.
 *
 * DESIGN: a key that is a text with variables becomes a rule of the route, which the front judges before a worker hears of the
 * request; the decorator then lets pass what the front has counted. It counts itself where the front has not: with a function as
 * the key, under another decorator, for routes that only JavaScript matches, and without a front (inject). Both count in the
 * server's one table by its rule (native/server/gate/route_rates.h); without a server windows are counted.
 */
import type { RouteRate } from '../../../gateway/contract.ts';
import { HttpError } from '../../../http/errors.ts';
import { gatewayOf, matchOf, type Request } from '../../../http/request.ts';
import { checkChoice, checkKeys, checkNumber, refuse, shown } from '../../check-options.ts';
import { takeRate } from '../../rates.ts';
import { compileVariables, networkOf } from '../../request-variables.ts';
import { setViewRates, viewRatesOf, wrapView } from '../../view-marks.ts';
import { type Method, METHODS, type Route } from '../../urls/index.ts';
import type { View, ViewResult } from '../view.ts';

/** How many requests rateLimit() lets pass, and who is counted together. */
export interface RateLimitOptions {
  /** Requests at once; one more passes each `windowMs / limit`. */
  limit: number;
  /** At most 366 days. */
  windowMs: number;
  /**
   * Who is counted together: a text with variables such as "$remote_net" or "$http_x_api_key", or a function of the request.
   * Whose key is empty or undefined is not counted. Default: the client's address, /64 networks of IPv6 together.
   */
  key?: string | ((request: Request) => string | undefined | Promise<string | undefined>);
  /** Limits with one name count together. It stands in the fields of refusals. Default: each decorated view has its own. */
  name?: string;
  /** Methods that count. Default: all. */
  methods?: readonly Method[];
}

const KEYS = ['limit', 'windowMs', 'key', 'name', 'methods'];
const CALL = 'rateLimit()';
const LONGEST_MS = 366 * 86_400_000;
/** What may stand in a string of structured fields (RFC 9651 3.3.3) as it is. */
const NAME = /^[ !#-[\]-~]{1,64}$/;

let made = 0;

/**
 * 429 with Retry-After and RateLimit fields beyond the limit (RFC 6585 4). FastServeError (FS_APP) for wrong options.
 */
export function rateLimit<Params extends object>(options: RateLimitOptions, view: View<Params>): View<Params> {
  checkOptions(options);
  const { limit, windowMs, key = '$remote_net', methods = [] } = options;
  const keyOf = typeof key === 'string' ? compiledKey(key) : key;
  const rate: RouteRate = {
    // Every worker loads the same application in the same order, so the number means the same view in all of them.
    name: options.name ?? `${view.name}#${++made}`,
    label: options.name ?? 'view',
    key: typeof key === 'string' ? key : '',
    methods: [...new Set(methods)],
    limit,
    windowMs,
  };
  const wrapper: View<Params> = (request, params) => {
    const counts = rate.methods.length === 0 || rate.methods.includes(request.method);
    return counts && !isCountedByFront(request, rate) ? judged(rate, keyOf, request, () => view(request, params)) : view(request, params);
  };
  const wrapped = wrapView(view as View, wrapper as View);
  if (typeof key === 'string') setViewRates(wrapped, [rate, ...viewRatesOf(view as View)]);
  return wrapped as View<Params>;
}

async function judged(rate: RouteRate, keyOf: Exclude<RateLimitOptions['key'], string | undefined>, request: Request, pass: () => ViewResult | Promise<ViewResult>): Promise<ViewResult> {
  const who = await keyOf(request);
  const wait = who === undefined || who === '' ? 0 : await takeRate(rate.name, who, rate.limit, rate.windowMs);
  if (wait === 0) return pass();
  throw new HttpError(429, undefined, { headers: refusalFields(rate, Math.ceil(wait / 1000)) });
}

/** As limits::AppendRefusalFields writes them (native/limits/rate_rule.h). */
function refusalFields({ label, limit, windowMs }: RouteRate, seconds: number): Record<string, string> {
  return {
    'retry-after': String(seconds),
    'ratelimit-policy': `"${label}";q=${limit};w=${Math.ceil(windowMs / 1000)}`,
    'ratelimit': `"${label}";r=0;t=${seconds}`,
  };
}

/** Whether the front has matched the route of this request, and judged it by this limit. */
function isCountedByFront(request: Request, rate: RouteRate): boolean {
  const route = matchOf(request) as Route | null;
  return route !== null && route.id === gatewayOf(request).routeId && route.rates.includes(rate);
}

function checkOptions(options: RateLimitOptions): void {
  checkKeys(CALL, options, KEYS);
  const { limit, windowMs, key, name, methods = [] } = options;
  checkNumber(CALL, 'limit', limit, 1);
  checkNumber(CALL, 'windowMs', windowMs, 1);
  if (windowMs > LONGEST_MS) refuse(CALL, `windowMs is ${windowMs}; expected at most ${LONGEST_MS}, 366 days`);
  if (key !== undefined && typeof key !== 'function' && typeof key !== 'string') {
    refuse(CALL, `key is ${shown(key)}; expected a text with variables, such as "$http_x_api_key", or a function of the request`);
  }
  if (name !== undefined && !(typeof name === 'string' && NAME.test(name))) {
    refuse(CALL, `name is ${shown(name)}; expected up to 64 printable ASCII characters without quotation marks and backslashes`);
  }
  checkChoice(CALL, 'the list of methods', Array.isArray(methods), [true]);
  for (const method of methods) checkChoice(CALL, 'a method', method, METHODS);
}

function compiledKey(key: string): (request: Request) => string {
  const compiled = compileVariables(key);
  if (typeof compiled === 'string') refuse(CALL, `key is ${shown(key)}: ${compiled}`);
  if (!key.includes('$')) refuse(CALL, `key is ${shown(key)}, the same text for everybody; expected variables, such as "$remote_net"`);
  return compiled;
}

/** The client's address; of an IPv6 address its /64 network: what "$remote_net" stands for. "unix" for unix sockets. */
export function clientNetwork(request: Request): string {
  return networkOf(request.remoteAddress);
}
