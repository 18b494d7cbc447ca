/**
 * Names that no template may use, because they lead from data to the machine under it. Pure.
 */
import { refuse } from '../source-error.ts';
import type { Span } from './source.ts';

const FORBIDDEN = new Set(['constructor', 'prototype']);
const OF_FUNCTIONS = new Set(['caller', 'callee', 'arguments']);

/** constructor, prototype, and everything that begins with two underscores: __proto__, __defineGetter__. */
export function isForbiddenName(name: string): boolean {
  return FORBIDDEN.has(name) || name.startsWith('__');
}

/** Names that lead from functions to their callers; plain words on everything else. */
export function isNameOfFunctions(name: string): boolean {
  return OF_FUNCTIONS.has(name);
}

/** TemplateSourceError for a forbidden name. */
export function checkName(name: string, span: Span): void {
  if (isForbiddenName(name)) refuse(span, `templates may not use the name "${name}"`);
}
