/**
 * Calls that templates write: {{ url('home') }}, {{ user.greet('Hi') }}, {{ forms.field(name) }}.
 *
 * Named arguments arrive as one plain object behind the others. A macro binds them to its parameters.
 */
import { Fault } from './faults.ts';
import { awaited, calleeName, isCodeMaker, isThenable, methodOf, read } from './lookup.ts';
import { Macro } from './macro.ts';
import type { RenderState } from './state.ts';

type Named = Readonly<Record<string, unknown>> | null;
type Callable = (...args: unknown[]) => unknown;
/** What generated code does with the result: a value, or tokens when it was a macro. */
type Write = (state: RenderState, value: unknown) => string;

/** The result of a call as a value. Fault for what cannot be called. */
export function callValue(state: RenderState, callee: unknown, receiver: unknown, args: readonly unknown[], named: Named): unknown {
  if (callee instanceof Macro) return callee.capture(state, args, named);
  return awaited(state, callFunction(state, callee, receiver, args, named));
}

/** The result of a call where it is shown: a macro's tokens go into the page as they are. */
export function callOutput(
  state: RenderState,
  callee: unknown,
  receiver: unknown,
  args: readonly unknown[],
  named: Named,
  write: Write,
): string | Promise<string> {
  if (callee instanceof Macro) return callee.emit(state, args, named);
  const value = awaited(state, callFunction(state, callee, receiver, args, named));
  return isThenable(value) ? Promise.resolve(value).then((ready) => write(state, ready)) : write(state, value);
}

/** The function behind a name, for calling. */
export function nameToCall(state: RenderState, context: object, name: string): unknown {
  return callable(calleeName(state, context, name), name);
}

/** The method behind object.name, for calling. */
export function memberToCall(_state: RenderState, object: unknown, name: string): unknown {
  const found = object instanceof Map && !(name in Map.prototype) ? (object.get(name) as unknown) : read(object, name);
  if (found instanceof Macro) return found;
  const method = typeof found === 'function' ? methodOf(object, name, found as Callable) : null;
  return method ?? virtualMethod(object, name) ?? callable(undefined, name);
}

/** prices.items() of a plain object, as Jinja writes it. */
function virtualMethod(object: unknown, name: string): Callable | null {
  const isPlain =
    typeof object === 'object' && object !== null && [Object.prototype, null].includes(Object.getPrototypeOf(object) as object | null);
  if (!isPlain) return null;
  if (name === 'items') return () => Object.entries(object);
  if (name === 'keys') return () => Object.keys(object);
  return name === 'values' ? () => Object.values(object) : null;
}

function callable(value: unknown, name: string): unknown {
  if (typeof value === 'function' || value instanceof Macro) return value;
  throw new Fault(value === undefined ? `there is no function "${name}" here` : `"${name}" is no function`);
}

function callFunction(state: RenderState, callee: unknown, receiver: unknown, args: readonly unknown[], named: Named): unknown {
  if (typeof callee !== 'function') throw new Fault('this is no function');
  if (isCodeMaker(callee)) throw new Fault('templates may not make code');
  return state.once(callee, () => Reflect.apply(callee as Callable, receiver, named === null ? args : [...args, named]));
}
