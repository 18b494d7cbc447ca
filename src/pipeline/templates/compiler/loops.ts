/**
 * for, cycle, resetcycle, ifchanged.
 */
import type { CycleNode, Expression, ForNode, IfChangedNode, ResetCycleNode } from '../language/tree.ts';
import { refuse } from '../source-error.ts';
import type { CycleFrame, Emitter } from './emitter.ts';
import { mergeHtml } from './html-context.ts';
import { emitNodes, expressionsOf } from './nodes.ts';
import { emitOutput } from './outputs.ts';
import type { Binding, LoopFrame } from './scope.ts';

export function emitFor(emitter: Emitter, node: ForNode): void {
  const list = emitList(emitter, node);
  const index = emitter.unique('i');
  const loop: LoopFrame = { index, list, parent: emitter.loop, before: [] };
  const start = emitter.html;
  const body = emitBody(emitter, node, loop);
  // A second turn begins where the first one ended.
  const end = mergeHtml([start, emitter.html]);
  const code = [...loop.before, `for (let ${index} = 0; ${index} < ${list}.length; ${index}++) {\n${body}\n}`].join('\n');
  if (node.empty.length === 0) {
    emitter.block.statement(code);
    emitter.html = end;
    return;
  }
  const empty = emitter.newBlock();
  emitter.html = start;
  emitter.with({ block: empty }, () => emitNodes(emitter, node.empty));
  emitter.block.statement(`if (${list}.length > 0) {\n${code}\n} else {\n${empty.finish()}\n}`);
  emitter.html = mergeHtml([end, emitter.html]);
}

/** The code of one turn. */
function emitBody(emitter: Emitter, node: ForNode, loop: LoopFrame): string {
  const block = emitter.newBlock();
  const { html, endsScheme } = emitter;
  // In a value, outputs of the turn before stand in front of this one: what ends a scheme here ends theirs.
  if (html.state === 'value') emitter.html = { ...html, hasOutput: true };
  emitter.endsScheme = false;
  emitter.with({ block, home: block, loop }, () => {
    emitter.inScope(() => emitNodes(emitter, node.body), {
      ...takeItem(emitter, node, `${loop.list}[${loop.index}]`),
      loop: { kind: 'loop', loop },
      forloop: { kind: 'loop', loop },
    });
  });
  if (emitter.endsScheme) for (const output of emitter.openUrls) output.isScheme = true;
  emitter.endsScheme ||= endsScheme;
  return block.finish();
}

/** Statements that put the items into a variable, whose name they give. */
function emitList(emitter: Emitter, node: ForNode): string {
  const { iterable, targets, filter, reversed } = node;
  const list = emitter.unique('list');
  const isTakenApart = String(targets.length > 1);
  const value = expressionsOf(emitter).value(iterable);
  const items = emitter.at(
    iterable.span,
    emitter.form === 'sync' ? `listOf(s, ${value}, ${isTakenApart})` : `(await listOfAsync(s, ${value}, ${isTakenApart}))`,
  );
  emitter.home.prelude.push(`let ${list};`);
  emitter.block.statement(`${list} = ${items};`);
  if (reversed) emitter.block.statement(`${list} = [...${list}].reverse();`);
  if (filter === null) return list;
  const kept = emitter.unique('kept');
  const item = emitter.unique('item');
  const block = emitter.newBlock();
  emitter.with({ block, home: block }, () => {
    emitter.inScope(
      () => block.statement(`if (${expressionsOf(emitter).truth(filter)}) ${kept}.push(${item});`),
      takeItem(emitter, node, item),
    );
  });
  emitter.block.statement(`const ${kept} = [];\nfor (const ${item} of ${list}) {\n${block.finish()}\n}\n${list} = ${kept};`);
  return list;
}

/** Declares the targets of a loop in the body that is open and gives their bindings. */
function takeItem(emitter: Emitter, { targets, span }: ForNode, item: string): Record<string, Binding> {
  const bindings: Record<string, Binding> = {};
  targets.forEach((name, index) => {
    const code = emitter.unique(name);
    const value = targets.length === 1 ? item : `${emitter.at(span, 'partOf')}(${item}, ${index})`;
    emitter.home.prelude.push(`const ${code} = ${value};`);
    bindings[name] = { kind: 'variable', code, isCertain: true };
  });
  return bindings;
}

/** {% cycle %} goes on where it was, in a variable of the function. */
export function emitCycle(emitter: Emitter, node: CycleNode): void {
  const cycle = cycleOf(emitter, node);
  const expressions = expressionsOf(emitter);
  const values = cycle.values.map((value) => expressions.value(value));
  const step = `${cycle.index} = (${cycle.index} + 1) % ${values.length}`;
  const chosen = values.reduceRight((rest, value, index) => (rest === '' ? value : `${cycle.index} === ${index} ? ${value} : ${rest}`), '');
  const variable = cycle.target === null ? emitter.unique('cycled') : emitter.variable(cycle.target);
  if (cycle.target === null) emitter.home.prelude.push(`let ${variable};`);
  emitter.block.statement(`${step};\n${variable} = ${chosen};`);
  if (node.silent) return;
  const name = cycle.target ?? variable;
  const value: Expression = { kind: 'name', name, span: node.span };
  emitter.inScope(() => emitOutput(emitter, { kind: 'output', value, span: node.span }), {
    [name]: { kind: 'variable', code: variable, isCertain: true },
  });
}

function cycleOf(emitter: Emitter, { values, name, span }: CycleNode): CycleFrame {
  const { cycles } = emitter.frame;
  if (values.length === 0)
    return cycles.get(name as string) ?? refuse(span, `the {% cycle ... as ${name} %} that this goes on with is in another macro or block`);
  const cycle: CycleFrame = { index: emitter.unique('cycle'), values, target: name };
  emitter.frame.prelude.push(`let ${cycle.index} = -1;`);
  cycles.set('', cycle);
  if (name !== null) cycles.set(name, cycle);
  return cycle;
}

export function emitResetCycle(emitter: Emitter, { name, span }: ResetCycleNode): void {
  const cycle = emitter.frame.cycles.get(name ?? '') ?? refuse(span, 'there is no {% cycle %} above that could be reset');
  emitter.block.statement(`${cycle.index} = -1;`);
}

/** What was seen last is forgotten when the innermost loop begins anew. */
export function emitIfChanged(emitter: Emitter, node: IfChangedNode): void {
  const before = emitter.unique('seen');
  (emitter.loop?.before ?? emitter.frame.prelude).push(`let ${before};`);
  const start = emitter.html;
  const otherwise = emitter.newBlock();
  emitter.with({ block: otherwise }, () => emitNodes(emitter, node.otherwise));
  const unchanged = emitter.html;
  emitter.html = start;
  if (node.values.length > 0) emitIfValuesChanged(emitter, node, before, otherwise.finish());
  else emitIfOutputChanged(emitter, node, before, otherwise.finish());
  emitter.html = mergeHtml([emitter.html, unchanged]);
}

function emitIfValuesChanged(emitter: Emitter, { values, body }: IfChangedNode, before: string, otherwise: string): void {
  const expressions = expressionsOf(emitter);
  const now = emitter.unique('now');
  const list = values.map((value) => expressions.value(value)).join(', ');
  const block = emitter.newBlock();
  emitter.with({ block }, () => emitNodes(emitter, body));
  emitter.block.statement(
    `const ${now} = [${list}];\nif (!equal(${before}, ${now})) {\n${before} = ${now};\n${block.finish()}\n} else {\n${otherwise}\n}`,
  );
}

/** The output is gathered apart; it goes into the page if it is not the same as last time. */
function emitIfOutputChanged(emitter: Emitter, { body }: IfChangedNode, before: string, otherwise: string): void {
  const now = emitter.unique('now');
  const count = emitter.unique('count');
  const code = emitter.innerBody(() => emitter.inScope(() => emitNodes(emitter, body)), emitter.html);
  const call = `(${emitter.functionPrefix}() => {\n${code}\n})()`;
  emitter.block.statement(
    `const ${count} = s.n;\nconst ${now} = ${emitter.form === 'sync' ? call : `await ${call}`};\n` +
      `if (${now} !== ${before}) { ${before} = ${now}; ${emitter.block.addPiece(now)} } else {\ns.n = ${count};\n${otherwise}\n}`,
  );
}
