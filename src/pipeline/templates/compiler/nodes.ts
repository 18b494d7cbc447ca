/**
 * From nodes to statements and output: the walk through a template. Outputs are in outputs.ts, loops and what belongs to them in
 * loops.ts, everything about other templates in composition.ts.
 */
import type {
  AutoescapeNode,
  CallNode,
  CustomTagNode,
  Expression,
  IfNode,
  MacroNode,
  Node,
  Parameter,
  SetNode,
  WithNode,
} from '../language/tree.ts';

import { type CodeBlock, quote } from './code-block.ts';
import { emitBlock, emitImport, emitInclude, emitPartial, emitPartialDefinition, pieceBody } from './composition.ts';
import type { Emitter } from './emitter.ts';
import { ExpressionCompiler } from './expressions.ts';
import { emitCache } from './fragments.ts';
import { type HtmlContext, mergeHtml } from './html-context.ts';
import { emitCycle, emitFor, emitIfChanged, emitResetCycle } from './loops.ts';
import { emitCall, emitCustomOutput, emitFlush, emitOutput, emitText, requireTextPlace } from './outputs.ts';
import type { Binding } from './scope.ts';
import { emitBlockTranslate, emitLanguage } from './translations.ts';

/** Emits nodes in order. */
export function emitNodes(emitter: Emitter, nodes: readonly Node[]): void {
  for (const node of nodes) emitNode(emitter, node);
}

/** The compiler of expressions at the emitter's place. */
export function expressionsOf(emitter: Emitter): ExpressionCompiler {
  return new ExpressionCompiler(emitter, {
    superBody: pieceBody,
    capture: (inner, nodes) => inner.capture(nodes, (body) => emitNodes(inner, body)),
  });
}

function emitNode(emitter: Emitter, node: Node): void {
  switch (node.kind) {
    case 'text':
      return emitText(emitter, node);
    case 'output':
      return emitOutput(emitter, node);
    case 'if':
      return emitIf(emitter, node);
    case 'for':
      return emitFor(emitter, node);
    case 'with':
      return emitWith(emitter, node);
    case 'set':
      return emitSet(emitter, node);
    case 'block':
      return emitBlock(emitter, node);
    case 'partialdef':
      return emitPartialDefinition(emitter, node);
    case 'partial':
      return emitPartial(emitter, node);
    case 'include':
      return emitInclude(emitter, node);
    case 'import':
      return emitImport(emitter, node);
    case 'macro':
      return emitter.hoisted.has(node) ? undefined : emitMacro(emitter, node);
    case 'call':
      return emitCallNode(emitter, node);
    default:
      return emitSmallNode(emitter, node);
  }
}

function emitSmallNode(
  emitter: Emitter,
  node: Extract<Node, { kind: 'autoescape' | 'cache' | 'cycle' | 'resetcycle' | 'ifchanged' | 'flush' | 'blocktranslate' | 'language' | 'custom' }>,
): void {
  switch (node.kind) {
    case 'autoescape':
      return emitAutoescape(emitter, node);
    case 'cache':
      return emitCache(emitter, node);
    case 'cycle':
      return emitCycle(emitter, node);
    case 'resetcycle':
      return emitResetCycle(emitter, node);
    case 'ifchanged':
      return emitIfChanged(emitter, node);
    case 'flush':
      return emitFlush(emitter);
    case 'blocktranslate':
      return emitBlockTranslate(emitter, node);
    case 'language':
      return emitLanguage(emitter, node);
    case 'custom':
      return emitCustom(emitter, node);
  }
}

/** Branches without statements become part of an expression, in bytes only those of text; others an if statement. */
function emitIf(emitter: Emitter, node: IfNode): void {
  const expressions = expressionsOf(emitter);
  const start = emitter.html;
  const urls = emitter.openUrls;
  const ends: HtmlContext[] = [];
  const open = new Set(urls);
  const branch = (nodes: readonly Node[]): CodeBlock => {
    const block = emitter.newBlock();
    emitter.html = start;
    emitter.openUrls = urls;
    emitter.with({ block }, () => emitNodes(emitter, nodes));
    ends.push(emitter.html);
    for (const url of emitter.openUrls) open.add(url);
    return block;
  };
  const arms = node.arms.map(({ test, body }) => ({ test: emitter.at(test.span, expressions.truth(test)), block: branch(body) }));
  const otherwise = branch(node.otherwise);
  emitter.html = mergeHtml(ends);
  emitter.openUrls = [...open];
  const isPart = ({ isStraight, isLiteral, kind }: CodeBlock): boolean => (kind === 'text' ? isStraight : isLiteral);
  if (arms.every(({ block }) => isPart(block)) && isPart(otherwise)) {
    let parts = otherwise.parts;
    for (const { test, block } of arms.toReversed()) parts = [{ kind: 'choice', test, then: block.parts, otherwise: parts }];
    return emitter.block.output(...parts);
  }
  const last = otherwise.finish();
  const code = arms.map(({ test, block }) => `if (${test}) {\n${block.finish()}\n}`).join(' else ');
  emitter.block.statement(last === '' ? code : `${code} else {\n${last}\n}`);
}

function emitWith(emitter: Emitter, { assignments, body }: WithNode): void {
  const bindings: Record<string, Binding> = {};
  for (const { name, value } of assignments) bindings[name] = { kind: 'variable', code: assign(emitter, name, value), isCertain: true };
  emitter.inScope(() => emitNodes(emitter, body), bindings);
}

/** Puts a value into a new variable and gives its name. */
export function assign(emitter: Emitter, name: string, value: Expression): string {
  const variable = emitter.unique(name);
  const code = expressionsOf(emitter).value(value);
  emitter.home.prelude.push(`let ${variable};`);
  emitter.block.statement(`${variable} = ${emitter.at(value.span, code)};`);
  return variable;
}

function emitSet(emitter: Emitter, { names, attribute, value, span }: SetNode): void {
  const code = emitter.at(value.span, expressionsOf(emitter).value(value));
  const [first] = names as [string];
  if (attribute !== null) {
    const target = expressionsOf(emitter).value({ kind: 'name', name: first, span });
    return emitter.block.statement(`${emitter.at(span, 'setAttribute')}(${target}, ${quote(attribute)}, ${code});`);
  }
  if (names.length === 1) return emitter.block.statement(`${emitter.variable(first)} = ${code};`);
  const whole = emitter.unique('parts');
  emitter.block.statement(`const ${whole} = ${code};`);
  names.forEach((name, index) => emitter.block.statement(`${emitter.variable(name)} = ${emitter.at(span, 'partOf')}(${whole}, ${index});`));
}

export function emitMacro(emitter: Emitter, node: MacroNode): void {
  const variable = emitter.variable(node.name);
  emitter.block.statement(`${variable} = ${macroCode(emitter, node.name, node.parameters, node.body)};`);
}

/** Code that makes a Macro. Its body sees what is visible where it stands, but for loops. */
function macroCode(emitter: Emitter, name: string, parameters: readonly Parameter[], body: readonly Node[]): string {
  const variables = parameters.map((parameter) => emitter.unique(parameter.name));
  const bindings: Record<string, Binding> = { caller: { kind: 'variable', code: 'caller', isCertain: true } };
  const code = emitter.functionBody(() => {
    emitter.inScope(() => {
      parameters.forEach(({ name: parameter, fallback }, index) => {
        const variable = variables[index] as string;
        if (fallback !== null)
          emitter.block.statement(`if (${variable} === undefined) ${variable} = ${expressionsOf(emitter).value(fallback)};`);
        emitter.scope.bind(parameter, { kind: 'variable', code: variable, isCertain: true });
      });
      emitNodes(emitter, body);
    }, bindings);
  });
  const names = parameters.map((parameter) => quote(parameter.name)).join(', ');
  return `new Macro(${quote(name)}, [${names}], ${emitter.functionPrefix}(${['s', 'caller', ...variables].join(', ')}) => {\n${code}\n})`;
}

/** The body is a macro of its own, which the called one finds as caller. */
function emitCallNode(emitter: Emitter, { call, parameters, body, span }: CallNode): void {
  requireTextPlace(emitter, 'the output of {% call %}', span);
  emitCall(emitter, call, macroCode(emitter, 'caller', parameters, body));
}

function emitAutoescape(emitter: Emitter, { on, body }: AutoescapeNode): void {
  emitter.with({ escapes: on }, () => emitNodes(emitter, body));
}

function emitCustom(emitter: Emitter, node: CustomTagNode): void {
  const expressions = expressionsOf(emitter);
  const args = node.args.map((argument) => expressions.value(argument)).join(', ');
  const named = node.named.map(({ name, value }) => `[${quote(name)}]: ${expressions.value(value)}`).join(', ');
  const body = node.body === null ? 'null' : emitter.capture(node.body, (nodes) => emitNodes(emitter, nodes));
  const code = emitter.awaited(emitter.at(node.span, `callTag(s, tags.get(${quote(node.name)}), [${args}], { ${named} }, ${body})`));
  if (node.target === null) emitCustomOutput(emitter, code, node.span);
  else emitter.block.statement(`${emitter.variable(node.target)} = ${code};`);
}
