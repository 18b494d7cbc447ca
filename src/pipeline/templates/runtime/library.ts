/**
 * What generated code is given. One library for each environment and mode; the names are those of compiler/compile.ts.
 */
import { overrideLanguage } from '../../i18n/index.ts';
import { callOutput, callValue, memberToCall, nameToCall } from './call.ts';
import { callTag, type TagFunction } from './custom-tag.ts';
import { display } from './escape.ts';
import { Fault, UndefinedValue } from './faults.ts';
import * as guards from './guards.ts';
import { makeFragment, ofRequest } from './fragments.ts';
import type { Helpers } from './helpers.ts';
import { isForbiddenName } from '../language/names.ts';
import { ESC_ON, RAW_ON } from './literals.ts';
import { awaited, contextName, isThenable, item, member, read } from './lookup.ts';
import { listOf, listOfAsync, Loop, partOf } from './loop.ts';
import { Macro } from './macro.ts';
import { Namespace } from './namespace.ts';
import * as operators from './operators.ts';
import { put, putToken, putValue } from './put.ts';
import { markSafe } from './safe-string.ts';
import { regroup } from './regroup.ts';
import type { RenderState } from './state.ts';
import { languageName, messageText, messageValue } from './translations.ts';
import { writeRaw, writeRawStrictly, writeValue, writeValueStrictly } from './values.ts';

export type Filter = (value: unknown, ...args: unknown[]) => unknown;
export type Test = (value: unknown, ...args: unknown[]) => boolean;

export interface LibraryParts {
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
  readonly tags: ReadonlyMap<string, TagFunction>;
  readonly helpers: Helpers;
}

/** The context of imported templates and of {% include ... only %}. */
const NOTHING: object = Object.freeze(Object.create(null) as object);

/** The library for plain or strict rendering; see values.ts. */
export function makeLibrary(parts: LibraryParts, isStrict: boolean): object {
  const raw = isStrict ? writeRawStrictly : writeRaw;
  const write = isStrict ? writeValueStrictly : writeValue;
  return {
    ...parts,
    ...guards,
    ...operators,
    joinText: operators.join,
    put,
    putToken,
    putValue,
    write,
    writeRaw: raw,
    writeSafely: (state: RenderState, value: unknown): string => {
      state.n += 2;
      return RAW_ON + raw(state, value) + ESC_ON;
    },
    contextName,
    nameToCall,
    memberToCall,
    member,
    item,
    read,
    callValue,
    callOutput,
    isThenable,
    awaited,
    listOf,
    listOfAsync,
    partOf,
    Loop,
    Macro,
    markSafe,
    callTag,
    regroup,
    fragment: makeFragment(write),
    ofRequest,
    messageText,
    messageValue,
    languageName,
    inLanguage: overrideLanguage,
    capture: (state: RenderState, run: () => string | Promise<string>) => state.capture(run),
    defined,
    keyOf,
    exported,
    given,
    setAttribute,
    NOTHING,
    include: (state: RenderState, name: unknown, context: object, ignoreMissing: boolean, from: string) =>
      state.services.include(state, name, context, ignoreMissing, from),
    importModule: (state: RenderState, name: unknown, context: object, from: string) => state.services.module(state, name, context, from),
    extendLate: (state: RenderState, child: string, parent: unknown, context: object) =>
      state.services.extend(state, child, parent, context),
  };
}

function defined(value: unknown): unknown {
  if (value === undefined) throw new UndefinedValue();
  return value;
}

/** A key of a dict that is written in a template. */
function keyOf(value: unknown): string {
  const key = display(value);
  if (isForbiddenName(key)) throw new Fault(`templates may not use the key "${key}"`);
  return key;
}

function exported(module: object, name: string): unknown {
  if (Object.hasOwn(module, name)) return (module as Record<string, unknown>)[name];
  throw new Fault(`the template defines no "${name}"; it defines ${Object.keys(module).join(', ') || 'nothing'}`);
}

/** A pair for an object, nothing for undefined, so that what an outer scope means stays visible. */
function given(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}

function setAttribute(target: unknown, name: string, value: unknown): void {
  if (!(target instanceof Namespace)) throw new Fault('only attributes of a namespace() can be set');
  target.set(name, value);
}
