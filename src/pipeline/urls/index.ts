/** The face of the URL layer. */
export { type GivenParams, reverseProblem } from './check-use.ts';
export type { PathParams } from './params.ts';
export { checkPatterns, Include, include, METHODS, type Method, path, rePath, type RouteOptions, UrlPattern } from './path.ts';
export { type Resolution, resolve } from './resolver.ts';
export {
  activateUrlconf,
  type Reverse,
  ReverseError,
  type ReverseOptions,
  type ReverseParams,
  reverse,
  reverseIn,
} from './reverse.ts';
export type { Route } from './route.ts';
export { buildUrlconf, toManifest, type Urlconf } from './urlconf.ts';
export { UrlconfError } from './urlconf-error.ts';
