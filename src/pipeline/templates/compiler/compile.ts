/**
 * Makes the JavaScript of a template. What comes out is a function body: it takes the runtime (runtime/library.ts) and returns the
 * template's function of (context, state), which gives text or writes into the thread's memory for pages.
 */
import type { TemplateTree } from '../language/tree.ts';
import { refuse } from '../source-error.ts';
import { didYouMean } from '../suggestion.ts';
import { type OutputKind, quote } from './code-block.ts';
import { emitDefinitions, emitTemplate, hoistMacros, inheritanceOf } from './composition.ts';
import { type CompileEnvironment, Emitter, type Form } from './emitter.ts';
import { emitNodes, expressionsOf } from './nodes.ts';
import type { SourceMap } from './source-map.ts';

export interface CompiledCode {
  /** A function body with the parameter `runtime`. */
  readonly code: string;
  readonly map: SourceMap;
  /** Templates that it was made of, itself included. */
  readonly dependencies: ReadonlySet<TemplateTree>;
}

export interface CompileTarget {
  readonly tree: TemplateTree;
  readonly form: Form;
  /** Bytes: only pages that are rendered at once. */
  readonly output: OutputKind;
  /** The page itself, the names that it exports, or one {% partialdef %}. */
  readonly what: 'page' | 'module' | { readonly partial: string };
  /** The parent, when {% extends %} names it by a value and that value is known. */
  readonly lateParent: string | null;
}

/** TemplateSourceError for mistakes that the parser cannot see: unknown filters, missing templates, outputs that cannot be safe. */
export function compileTemplate(environment: CompileEnvironment, target: CompileTarget): CompiledCode {
  const emitter = new Emitter(environment, target.form, target.output);
  const { tree } = target;
  emitter.dependencies.add(tree);
  emitter.open.push(tree.source.name);
  emitter.escapes = environment.escapes(tree.source.name);
  emitter.followsHtml = emitter.escapes;
  const result = target.what === 'module' ? emitModule(emitter, tree) : emitPage(emitter, target);
  const body = emitter.block.finish();
  const header = target.form === 'stream' ? 'async function* (c, s)' : `${emitter.functionPrefix}function (c, s)`;
  const declarations = [...emitter.declarations].map(([name, definition]) => `const ${name} = ${definition};`).join('\n');
  const marked = [
    '"use strict";',
    `const { ${RUNTIME_NAMES.join(', ')} } = runtime;`,
    declarations,
    `return ${header} {`,
    target.output === 'bytes' ? 'let n = 0;' : `let o = '';${target.form === 'sync' ? '' : ' let t;'}`,
    body,
    result,
    '};',
  ].join('\n');
  return { ...emitter.marks.resolve(emitter.urls.resolve(marked)), dependencies: emitter.dependencies };
}

/** Emits the page and gives the statement that ends its function. */
function emitPage(emitter: Emitter, { tree, what, lateParent, form, output }: CompileTarget): string {
  const isLate = tree.parent !== null && tree.parent.kind !== 'literal' && lateParent === null;
  if (isLate) emitLateParent(emitter, tree);
  else emitKnown(emitter, tree, what, lateParent);
  emitter.block.flush(true);
  if (output === 'bytes') return 's.n += n;';
  return form === 'stream' ? 'yield o;' : 'return o;';
}

function emitKnown(emitter: Emitter, tree: TemplateTree, what: CompileTarget['what'], lateParent: string | null): void {
  const inheritance = inheritanceOf(emitter, tree, lateParent);
  if (typeof what === 'string') return emitTemplate(emitter, inheritance);
  const partial = inheritance.partials.get(what.partial);
  if (partial === undefined) {
    return refuse(
      { source: tree.source, start: 0, end: 1 },
      `there is no {% partialdef ${what.partial} %} in this template${didYouMean(what.partial, inheritance.partials.keys())}`,
    );
  }
  emitter.inheritance = inheritance;
  hoistMacros(emitter, tree.body);
  emitDefinitions(emitter, tree.body);
  emitNodes(emitter, partial.body);
}

/** The parent's name is evaluated first; the page that child and parent make together is compiled when it is first met. */
function emitLateParent(emitter: Emitter, tree: TemplateTree): void {
  const parent = tree.parent as NonNullable<TemplateTree['parent']>;
  emitDefinitions(
    emitter,
    tree.body.filter((node) => node.kind === 'set'),
  );
  const code = emitter.at(parent.span, `extendLate(s, ${quote(tree.source.name)}, ${expressionsOf(emitter).value(parent)}, c)`);
  emitter.block.output({ kind: 'piece', code: emitter.form === 'sync' ? code : `(await ${code})` });
}

function emitModule(emitter: Emitter, tree: TemplateTree): string {
  hoistMacros(emitter, tree.body);
  emitDefinitions(emitter, tree.body);
  const entries = [...emitter.scope.ownNames].map((name) => {
    const binding = emitter.scope.own(name);
    return binding?.kind === 'variable' ? `[${quote(name)}]: ${binding.code}` : '';
  });
  return `return { __proto__: null, ${entries.join(', ')} };`;
}

/** What generated code takes from the runtime; runtime/library.ts offers it. */
export const RUNTIME_NAMES = [
  'put',
  'putToken',
  'putValue',
  'write',
  'writeRaw',
  'writeSafely',
  'contextName',
  'nameToCall',
  'memberToCall',
  'member',
  'item',
  'read',
  'callValue',
  'callOutput',
  'isThenable',
  'awaited',
  'defined',
  'listOf',
  'listOfAsync',
  'partOf',
  'Loop',
  'Macro',
  'truth',
  'equal',
  'contains',
  'compare',
  'plus',
  'joinText',
  'modulo',
  'numberOf',
  'slice',
  'keyOf',
  'capture',
  'include',
  'importModule',
  'exported',
  'extendLate',
  'setAttribute',
  'callTag',
  'fragment',
  'regroup',
  'ofRequest',
  'messageText',
  'messageValue',
  'languageName',
  'inLanguage',
  'given',
  'markSafe',
  'filters',
  'tests',
  'tags',
  'helpers',
  'NOTHING',
  'guardUrl',
  'guardScheme',
  'guardScript',
  'guardScriptString',
  'guardStyle',
  'guardTagName',
  'guardAttributeName',
  'guardSourceDocument',
  'guardAttribute',
] as const;
