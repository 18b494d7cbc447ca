/**
 * {% url %} and url() with the name of a route written out: checked against the URLconf while the template is compiled, so that a link
 * to nowhere is found at the start and not by the visitor who opens the page.
 */
import type { CallExpression, Expression, HelperExpression } from '../language/tree.ts';
import { refuse } from '../source-error.ts';
import type { GivenUrlParams } from '../engine.ts';
import type { CompileEnvironment } from './emitter.ts';

/** Refuses a name that no route has, and parameters that its pattern does not take. What is made while rendering is not looked at. */
export function checkUrlUse({ urlProblem }: CompileEnvironment, { kind, args, named, span }: CallExpression | HelperExpression): void {
  const [name, ...rest] = args;
  if (urlProblem === undefined || name?.kind !== 'literal' || typeof name.value !== 'string') return;
  const names = named.map((pair) => pair.name);
  if (rest.length > 0 && names.length > 0) refuse(span, 'parameters are given by place or by name, not both');
  const problem = urlProblem(name.value, rest.length === 0 ? names : kind === 'helper' ? rest.length : paramsOf(rest[0] as Expression));
  if (problem !== undefined) refuse(span, problem);
}

/** The one object or list of parameters that url() takes. */
function paramsOf(params: Expression): GivenUrlParams {
  if (params.kind === 'list') return params.items.length;
  if (params.kind !== 'dict') return null;
  const keys = params.entries.map(({ key }) => (key.kind === 'literal' ? String(key.value) : null));
  return keys.every((key) => key !== null) ? keys : null;
}
