/**
 * Node listeners and the frameworks that are one: a function (request, response), an Express or Connect application, a Koa
 * application, a Fastify instance. Told by their shape, so that none of them is imported here. Runs when an application is
 * loaded.
 *
 * DESIGN: what they run on is loaded by their start. It needs node:http, which takes workers of other applications long to load.
 */
import type { GatewayApplication, RawApplication } from '../contract.ts';
import type { NodeListener } from '../node/listener.ts';

/** Marks listeners of any copy of this package. */
const LISTENER_BRAND = Symbol.for('fastserve.nodeListener');

/** A Koa application: callback() makes the listener. */
interface KoaLike {
  callback(): NodeListener;
}

/** A Fastify instance, which cannot be used before ready(). */
interface FastifyLike {
  ready(): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
  routing: NodeListener;
}

/**
 * Marks a function as a Node listener where its shape does not tell: (...rest) => app(...rest), or a listener that ignores
 * the response.
 */
export function nodeListener(listener: NodeListener): NodeListener {
  if (typeof listener !== 'function') {
    throw new TypeError(`nodeListener(): expected a function (request, response) => ..., got ${listener === null ? 'null' : typeof listener}`);
  }
  return Object.defineProperty(listener, LISTENER_BRAND, { value: true });
}

/** Whether this is a listener, or a framework's application that gives one. Raw applications are told before. */
export function isNodeApplication(exported: unknown): exported is NodeListener | KoaLike | FastifyLike {
  return isListener(exported) || isFastify(exported) || isKoa(exported);
}

export function adaptNode(exported: NodeListener | KoaLike | FastifyLike): GatewayApplication {
  if (isFastify(exported)) return adaptFastify(exported);
  return adaptListener(isKoa(exported) ? exported.callback() : exported, async () => {});
}

/** Its plugins are loaded and its onReady hooks run at the start, its onClose hooks at the stop. */
function adaptFastify(instance: FastifyLike): GatewayApplication {
  return {
    ...adaptListener((request, response) => instance.routing(request, response), async () => void (await instance.ready())),
    stop: async () => void (await instance.close()),
  };
}

function adaptListener(listener: NodeListener, ready: () => Promise<void>): GatewayApplication {
  let run: RawApplication = () => {
    throw new Error('a Node application gets a request before it was started');
  };
  const start = async (): Promise<void> => {
    run = (await import('../node/listener.ts')).runListener(listener);
    await ready();
  };
  return { kind: 'node', handle: (request, respond) => run(request, respond), manifest: null, start };
}

/** Two parameters or more: Express applications have three. */
function isListener(exported: unknown): exported is NodeListener {
  return typeof exported === 'function' && (exported.length >= 2 || LISTENER_BRAND in exported);
}

function isKoa(exported: unknown): exported is KoaLike {
  return isObject(exported) && typeof exported['callback'] === 'function' && typeof exported['use'] === 'function';
}

function isFastify(exported: unknown): exported is FastifyLike {
  return isObject(exported) && typeof exported['routing'] === 'function' && typeof exported['ready'] === 'function';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
