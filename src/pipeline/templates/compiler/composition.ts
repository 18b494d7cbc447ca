/**
 * One template out of several: blocks and super, includes, imports, partials.
 *
 * DESIGN: what is known when compiling is put together then. A page with its parents, and what it includes, becomes one flat
 * function; only templates that are named by a value are looked up while rendering.
 */
import { shownPlace, type Step } from '../cycle.ts';
import type { Span } from '../language/source.ts';
import type { BlockNode, Expression, ImportNode, IncludeNode, Node, PartialCallNode, PartialNode, TemplateTree } from '../language/tree.ts';
import { refuse } from '../source-error.ts';
import { didYouMean } from '../suggestion.ts';
import { quote } from './code-block.ts';
import type { BlockPlace, CycleFrame, Emitter, Inheritance } from './emitter.ts';
import { loopObject } from './expressions.ts';
import { assign, emitMacro, emitNodes, expressionsOf } from './nodes.ts';
import { requireTextPlace } from './outputs.ts';
import { type Binding, Scope } from './scope.ts';

/** Templates that are inlined into each other, at most; deeper ones are included while rendering. */
const MAX_INLINED_DEPTH = 12;
/** A larger template is compiled once and called where it is included. */
const MAX_INLINED_NODES = 300;

/** The templates from `leaf` up to the one without a parent. A parent named by a value ends the chain: see compile.ts. */
export function inheritanceOf(emitter: Emitter, leaf: TemplateTree, lateParent: string | null): Inheritance {
  const chain = [leaf];
  const steps: Step[] = [];
  for (let tree = leaf; tree.parent !== null;) {
    const name = tree.parent.kind === 'literal' ? String(tree.parent.value) : tree === leaf ? lateParent : null;
    if (name === null)
      refuse(tree.parent.span, 'a parent that is named by a value can only be that of the template which is rendered itself');
    const parent = requireTree(emitter, name, tree, tree.parent.span);
    steps.push({ span: tree.parent.span, to: parent.source.name });
    if (chain.some(({ source }) => source.name === parent.source.name))
      refuse(tree.parent.span, `"${parent.source.name}" extends itself: ${[...steps.map(shownPlace), parent.source.name].join(' → ')}`);
    chain.push(parent);
    tree = parent;
  }
  const blocks = new Map<string, BlockNode[]>();
  const partials = new Map<string, PartialNode>();
  for (const tree of chain) {
    for (const [name, block] of tree.blocks) blocks.set(name, [...(blocks.get(name) ?? []), block]);
    for (const [name, partial] of tree.partials) if (!partials.has(name)) partials.set(name, partial);
  }
  return { blocks, partials, chain };
}

/** The tree of a template that is named in another. TemplateSourceError at `span` when there is none. */
function requireTree(emitter: Emitter, name: string, from: TemplateTree, span: Span): TemplateTree {
  const tree = emitter.environment.tree(name, from.source.name);
  if (tree === null) return refuse(span, `there is no template "${name}"${didYouMean(name, emitter.environment.templateNames())}`);
  emitter.dependencies.add(tree);
  return tree;
}

/** Emits a template with its parents at the emitter's place. */
export function emitTemplate(emitter: Emitter, inheritance: Inheritance): void {
  const root = inheritance.chain.at(-1) as TemplateTree;
  emitter.with({ inheritance, place: null }, () => {
    for (const tree of inheritance.chain) {
      hoistMacros(emitter, tree.body);
      if (tree !== root) emitDefinitions(emitter, tree.body);
    }
    emitNodes(emitter, root.body);
  });
}

/** Macros may be used above the place where they are defined, and see everything that the top of their template defines. */
export function hoistMacros(emitter: Emitter, body: readonly Node[]): void {
  for (const node of body) {
    if (node.kind === 'set' && node.attribute === null) node.names.forEach((name) => emitter.variable(name));
    if (node.kind === 'macro') emitter.variable(node.name);
    if (node.kind === 'import')
      [...(node.alias === null ? [] : [node.alias]), ...node.names.map(({ alias }) => alias)].forEach((name) => emitter.variable(name));
  }
  for (const node of body) {
    if (node.kind !== 'macro') continue;
    emitMacro(emitter, node);
    emitter.hoisted.add(node);
  }
}

/** What a template defines at its top: all of a child that is not in blocks, and what other templates import. */
export function emitDefinitions(emitter: Emitter, body: readonly Node[]): void {
  for (const node of body) {
    if (node.kind === 'set' || node.kind === 'macro' || node.kind === 'import') emitNodes(emitter, [node]);
  }
}

export function emitBlock(emitter: Emitter, { name }: BlockNode): void {
  emitBlockAt(emitter, { name, index: 0 });
}

function emitBlockAt(emitter: Emitter, place: BlockPlace): void {
  const block = emitter.inheritance.blocks.get(place.name)?.[place.index] as BlockNode;
  emitter.with({ place }, () => emitter.inScope(() => emitNodes(emitter, block.body)));
}

/** Emits {{ super() }}, {{ block.super }} and {{ self.name() }}; false for another expression. */
export function emitPiece(emitter: Emitter, expression: Expression): boolean {
  if (expression.kind !== 'super' && expression.kind !== 'self') return false;
  const place = placeOf(emitter, expression);
  if (place !== null) emitBlockAt(emitter, place);
  return true;
}

/** The same as a value: {{ block.super|upper }}. */
export function pieceBody(emitter: Emitter, expression: Expression): string {
  return emitter.capture([{ kind: 'output', value: expression, span: expression.span }], (nodes) => emitNodes(emitter, nodes));
}

/** Where the expression leads; null: the block has no parent's version, which is empty text as in Django. */
function placeOf(emitter: Emitter, expression: Expression): BlockPlace | null {
  const { place, inheritance } = emitter;
  if (expression.kind === 'self') {
    if (inheritance.blocks.has(expression.name)) return { name: expression.name, index: 0 };
    return refuse(expression.span, `there is no block "${expression.name}"${didYouMean(expression.name, inheritance.blocks.keys())}`);
  }
  if (place === null) return refuse(expression.span, "this is outside of every {% block %}, so there is no parent's version of it");
  const next = { name: place.name, index: place.index + 1 };
  return inheritance.blocks.get(next.name)?.[next.index] === undefined ? null : next;
}

export function emitPartialDefinition(emitter: Emitter, { name, inline, span }: PartialNode): void {
  if (inline) emitPartial(emitter, { kind: 'partial', name, span });
}

export function emitPartial(emitter: Emitter, { name, span }: PartialCallNode): void {
  const partial = emitter.inheritance.partials.get(name);
  if (partial === undefined)
    return refuse(span, `there is no {% partialdef ${name} %} here${didYouMean(name, emitter.inheritance.partials.keys())}`);
  inlined(emitter, `${span.source.name}#${name}`, span, () => emitter.inScope(() => emitNodes(emitter, partial.body)));
}

/** Runs with a name noted as open, so that what contains itself is found. */
function inlined(emitter: Emitter, name: string, span: Span, run: () => void): void {
  if (emitter.open.includes(name)) refuse(span, `"${name}" contains itself`);
  emitter.open.push(name);
  run();
  emitter.open.pop();
}

export function emitInclude(emitter: Emitter, node: IncludeNode): void {
  const from = node.span.source.name;
  const { template } = node;
  if (template.kind !== 'literal') return emitLateInclude(emitter, node, expressionsOf(emitter).value(template));
  const name = String(template.value);
  const tree = emitter.environment.tree(name, from);
  if (tree === null && node.ignoreMissing) return;
  if (tree === null) refuse(template.span, `there is no template "${name}"${didYouMean(name, emitter.environment.templateNames())}`);
  const found = tree as TemplateTree;
  emitter.dependencies.add(found);
  const isDeep = emitter.open.includes(found.source.name) || emitter.open.length >= MAX_INLINED_DEPTH || sizeOf(found) > MAX_INLINED_NODES;
  const isLate = found.parent !== null && found.parent.kind !== 'literal';
  if (isDeep || isLate) return emitLateInclude(emitter, node, quote(found.source.name));
  inlined(emitter, found.source.name, node.span, () => emitInlined(emitter, node, found));
}

function emitInlined(emitter: Emitter, { assignments, only }: IncludeNode, tree: TemplateTree): void {
  const bindings: Record<string, Binding> = {};
  for (const { name, value } of assignments) bindings[name] = { kind: 'variable', code: assign(emitter, name, value), isCertain: true };
  const run = (): void => emitter.inScope(() => emitTemplate(emitter, inheritanceOf(emitter, tree, null)), bindings);
  // Each inclusion begins its {% cycle %}s anew, and one that sees nothing of this template knows of no loop around it.
  const frame = { ...emitter.frame, prelude: emitter.home.prelude, cycles: new Map<string, CycleFrame>() };
  emitter.with({ frame, ...(only && { context: 'NOTHING', scope: new Scope(null), loop: null }) }, run);
}

/** An include whose template is named by a value, or that would inline without end. */
function emitLateInclude(emitter: Emitter, { assignments, only, ignoreMissing, span }: IncludeNode, name: string): void {
  requireTextPlace(emitter, 'a template that is chosen while rendering, large, or includes itself', span);
  const expressions = expressionsOf(emitter);
  const given = assignments.map((assignment) => `[${quote(assignment.name)}]: ${expressions.value(assignment.value)}`).join(', ');
  const around = only ? 'NOTHING' : emitter.contextObject(loopObject);
  const code = emitter.at(span, `include(s, ${name}, { ...${around}, ${given} }, ${ignoreMissing}, ${quote(span.source.name)})`);
  emitter.block.output({ kind: 'piece', code: emitter.form === 'sync' ? code : `(await ${code})` });
}

export function emitImport(emitter: Emitter, { template, alias, names, withContext, span }: ImportNode): void {
  const from = span.source.name;
  if (template.kind === 'literal') {
    const tree = emitter.environment.tree(String(template.value), from);
    if (tree === null)
      refuse(
        template.span,
        `there is no template "${String(template.value)}"${didYouMean(String(template.value), emitter.environment.templateNames())}`,
      );
    emitter.dependencies.add(tree as TemplateTree);
  }
  const context = withContext ? emitter.contextObject(loopObject) : 'NOTHING';
  const call = emitter.at(span, `importModule(s, ${expressionsOf(emitter).value(template)}, ${context}, ${quote(from)})`);
  const code = emitter.form === 'sync' ? call : `(await ${call})`;
  if (alias !== null) return emitter.block.statement(`${emitter.variable(alias)} = ${code};`);
  const imported = emitter.unique('module');
  emitter.block.statement(`const ${imported} = ${code};`);
  for (const { name, alias: target, span: place } of names) {
    emitter.block.statement(`${emitter.variable(target)} = ${emitter.at(place, 'exported')}(${imported}, ${quote(name)});`);
  }
}

/** Nodes of a template, nested ones too: a rough measure of how much code it becomes. */
function sizeOf(tree: TemplateTree): number {
  let count = 0;
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null && 'kind' in value) {
      count++;
      for (const part of Object.values(value)) if (Array.isArray(part)) walk(part);
    }
  };
  walk(tree.body);
  return count;
}
