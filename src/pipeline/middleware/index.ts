/** The face of the middleware layer. */
export { buildChain, guard, type Handler, type LayerSupport, type Middleware, type Next } from './chain.ts';
export { addVary, onResponse } from './finish.ts';
export {
  collectHooks,
  type HookTable,
  type MiddlewareHooks,
  runTemplateHooks,
  runViewHooks,
  type TemplateResponse,
  withExceptionHooks,
  withHooks,
} from './hooks.ts';
export { allowedHosts } from './allowed-hosts.ts';
export { common, type CommonOptions } from './common.ts';
export { conditionalGet } from './conditional-get.ts';
export { type CspDirectives, cspNonce, NONCE } from './content-security-policy.ts';
export { defaultCacheControl } from './default-cache-control.ts';
export { collectFrontDuties, type FrontPart } from './front-duties.ts';
export { getRequestId, requestId, type RequestIdOptions } from './request-id.ts';
export { securityFields, securityHeaders, type SecurityOptions } from './security-headers.ts';
export { measure, serverTiming } from './server-timing.ts';
