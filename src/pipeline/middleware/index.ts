/** The face of the middleware layer. */
export { buildChain, guard, type Handler, type LayerSupport, type Middleware, type Next } from './chain.ts';
