/** The decorators of views. */
export { cacheControl, cachePage, type CachePageOptions, neverCache, varyOn } from './cache.ts';
export { type ConditionSources, conditional } from './conditional.ts';
export { type LoginOptions, loginRequired, safeNext } from './login-required.ts';
export { requireGet, requireMethods, requirePost, requireSafe } from './methods.ts';
export { runInPool } from './pool.ts';
export { clientNetwork, rateLimit, type RateLimitOptions } from './rate-limit.ts';
