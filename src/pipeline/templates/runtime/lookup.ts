/**
 * Looking up names and attributes for templates, without a way from data to the machine under it.
 *
 * Templates reach: own properties, getters and methods of the application's own classes, entries of Maps, a few harmless
 * methods of built-in objects (METHODS below). They do not reach constructor, prototype, __anything, nor what every object or
 * function inherits.
 *
 * A function that is looked up and not called is called without arguments, as Django does: {{ user.full_name }}. Functions
 * directly in the context are lazy values: called when first read, once in a rendering.
 */
import { isForbiddenName, isNameOfFunctions } from '../language/names.ts';
import { METHODS } from './methods.ts';
import { NEEDS_ASYNC } from './signals.ts';
import type { RenderState } from './state.ts';

type Callable = (...args: unknown[]) => unknown;

/** Prototypes whose methods only count when METHODS lists them. */
const BUILT_IN = new Set<object>(
  [Object, Function, Array, String, Number, Boolean, Symbol, BigInt, Date, RegExp, Error, Map, Set, WeakMap, WeakSet, Promise, ArrayBuffer]
    .map((type) => type.prototype as object)
    .concat([Object.getPrototypeOf(Uint8Array.prototype) as object, Object.getPrototypeOf(async () => undefined) as object]),
);

/** Whether a value must be awaited. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** A promise goes on in the asynchronous form only, which awaits it. */
export function awaited(state: RenderState, value: unknown): unknown {
  if (!state.isAsync && isThenable(value)) throw NEEDS_ASYNC;
  return value;
}

/** Completes object.name, of which generated code has read `found`: Map entries, methods, promises, forbidden names. */
export function member(state: RenderState, object: unknown, name: string, found: unknown): unknown {
  if (typeof found === 'function') {
    const method = methodOf(object, name, found as Callable);
    return method === null ? undefined : awaited(state, callWithoutArguments(state, method, object));
  }
  if (found !== undefined) return awaited(state, found);
  if (object instanceof Map) return awaited(state, settle(state, object.get(name)));
  return typeof object === 'object' && object !== null ? awaited(state, virtualMember(object, name)) : undefined;
}

/** object[key] with a key that is known only now. */
export function item(state: RenderState, object: unknown, key: unknown): unknown {
  if (object === null || object === undefined) return undefined;
  if (object instanceof Map && object.has(key)) return awaited(state, settle(state, object.get(key)));
  if (typeof key === 'number' && (Array.isArray(object) || typeof object === 'string'))
    return awaited(state, settle(state, object.at(key)));
  const name = String(key);
  return isForbiddenName(name) ? undefined : member(state, object, name, read(object, name));
}

/** A property, unless every object has it by inheritance. */
export function read(object: unknown, name: string): unknown {
  if (object === null || object === undefined) return undefined;
  if (isNameOfFunctions(name) && (typeof object === 'function' || Object.prototype.toString.call(object) === '[object Arguments]'))
    return undefined;
  if (name in Object.prototype && !Object.hasOwn(object as object, name) && !isOfOwnClass(object, name)) return undefined;
  return (object as Record<string, unknown>)[name];
}

/** A value at a path ("author.name") for filters that are told one: data only, nothing is called. */
export function attributeOf(value: unknown, path: unknown): unknown {
  let found = value;
  for (const name of String(path).split('.')) {
    if (isForbiddenName(name)) return undefined;
    found = found instanceof Map ? (found.get(name) as unknown) : read(found, name);
    if (typeof found === 'function') return undefined;
  }
  return found;
}

/** Completes a name of the context, of which generated code has read `found`. */
export function contextName(state: RenderState, context: object, name: string, found: unknown): unknown {
  const value = found === undefined && !Object.hasOwn(context, name) ? state.services.globals.get(name) : found;
  if (typeof value !== 'function') return awaited(state, value);
  return isCallable(value) ? awaited(state, state.lazy(value as () => unknown)) : undefined;
}

/** A name that is about to be called: functions stay. */
export function calleeName(state: RenderState, context: object, name: string): unknown {
  const value = read(context, name);
  return value === undefined ? state.services.globals.get(name) : awaited(state, value);
}

/** Calls a function that was found as a value; anything else stays. */
export function settle(state: RenderState, value: unknown): unknown {
  return typeof value === 'function' ? callWithoutArguments(state, value as Callable, undefined) : value;
}

/** The method `name` if templates may call it, else null. */
export function methodOf(object: unknown, name: string, found: Callable): Callable | null {
  if (isForbiddenName(name) || isCodeMaker(found)) return null;
  if (METHODS.get(prototypeOf(object))?.has(name) === true) return found;
  if (typeof object === 'function') return Object.hasOwn(object, name) ? found : null;
  if (typeof object !== 'object' || object === null) return null;
  return Object.hasOwn(object, name) || isOfOwnClass(object, name) ? found : null;
}

/** Function, eval and their like turn text into code: no template calls them, whoever handed them over. */
export function isCodeMaker(value: unknown): boolean {
  return CODE_MAKERS.has(value);
}

const CODE_MAKERS: ReadonlySet<unknown> = new Set([
  Function,
  globalThis.eval,
  ...[async () => undefined, function* () {}, async function* () {}].map(
    (example: object) => (Object.getPrototypeOf(example) as object).constructor,
  ),
]);

/** Whether a class of the application (not a built-in one) gives objects of this kind the property. */
function isOfOwnClass(object: unknown, name: string): boolean {
  if (typeof object !== 'object' || object === null) return false;
  for (
    let type = Object.getPrototypeOf(object) as object | null;
    type !== null && !BUILT_IN.has(type);
    type = Object.getPrototypeOf(type) as object | null
  ) {
    if (Object.hasOwn(type, name)) return true;
  }
  return false;
}

const NOTHING = {};

/** What METHODS goes by; arrays, maps and so on of a subclass count as what they extend. */
function prototypeOf(object: unknown): object {
  if (object === null || object === undefined) return NOTHING;
  for (
    let type = Object.getPrototypeOf(Object(object)) as object | null;
    type !== null;
    type = Object.getPrototypeOf(type) as object | null
  ) {
    if (METHODS.has(type)) return type;
  }
  return NOTHING;
}

/** Django's dict methods for plain objects: {% for key, value in prices.items %}. */
function virtualMember(object: object, name: string): unknown {
  if (name !== 'items' && name !== 'keys' && name !== 'values') return undefined;
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  return name === 'items' ? Object.entries(object) : name === 'keys' ? Object.keys(object) : Object.values(object);
}

function callWithoutArguments(state: RenderState, callable: Callable, receiver: unknown): unknown {
  return isCallable(callable) ? state.once(callable, () => callable.call(receiver)) : undefined;
}

/** Whether a function is one that templates may call without being told to: no class, nothing that makes code. */
function isCallable(value: unknown): boolean {
  return !isCodeMaker(value) && !/^class\b/.test(Function.prototype.toString.call(value));
}
