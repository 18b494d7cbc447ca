/**
 * rateLimit(): so many requests in a time, counted over all workers of the server.
 *
 * DESIGN: fixed windows: a count begins with the first request and is forgotten when its window ends. At the seam of two windows
 * twice the limit can pass. Each counted request costs a message to the main thread and back.
 */
import { HttpError } from '../../../http/errors.ts';
import type { Request } from '../../../http/request.ts';
import { checkKeys, checkNumber, refuse, shown } from '../../check-options.ts';
import { sharedMemory } from '../../shared-memory.ts';
import { wrapView } from '../../view-marks.ts';
import type { Method } from '../../urls/index.ts';
import type { View } from '../view.ts';

/** How many requests rateLimit() lets pass, and who is counted together. */
export interface RateLimitOptions {
  /** Requests in one window. */
  limit: number;
  windowMs: number;
  /** Who is counted together; undefined is not counted. Default: the client's address, /64 networks of IPv6 together. */
  key?: (request: Request) => string | undefined | Promise<string | undefined>;
  /** Limits with one name count together. Default: each decorated view has its own. */
  name?: string;
  /** Methods that count. Default: all. */
  methods?: readonly Method[];
}

const KEYS = ['limit', 'windowMs', 'key', 'name', 'methods'];
const CALL = 'rateLimit()';
const SPACE = 'rate-limits';

let made = 0;

/** 429 with Retry-After beyond the limit (RFC 6585 4). FastServeError (FS_APP) for wrong options. */
export function rateLimit<Params extends object>(options: RateLimitOptions, view: View<Params>): View<Params> {
  checkKeys(CALL, options, KEYS);
  const { limit, windowMs, key = clientNetwork, methods } = options;
  checkNumber(CALL, 'limit', limit, 1);
  checkNumber(CALL, 'windowMs', windowMs, 1);
  if (typeof key !== 'function') refuse(CALL, `key is ${shown(key)}; expected a function of the request`);
  // Every worker loads the same application in the same order, so the number means the same view in all of them.
  const name = options.name ?? `${view.name}#${++made}`;
  const wrapper: View<Params> = async (request, params) => {
    const who = methods === undefined || (methods as readonly string[]).includes(request.method) ? await key(request) : undefined;
    if (who === undefined) return view(request, params);
    const { count, endsAt } = await sharedMemory().count(SPACE, `${name} ${who}`, windowMs);
    if (count <= limit) return view(request, params);
    const seconds = Math.max(1, Math.ceil((endsAt - Date.now()) / 1000));
    throw new HttpError(429, undefined, { headers: { 'retry-after': String(seconds) } });
  };
  return wrapView(view as View, wrapper as View) as View<Params>;
}

/** The client's address; of an IPv6 address the first 64 bits, for the rest is its owner's to choose. "" for unix sockets. */
export function clientNetwork(request: Request): string {
  const address = request.remoteAddress;
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::', 2) ?? [];
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? front : [...front, ...Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0'), ...back];
  return `${groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
