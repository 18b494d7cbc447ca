/**
 * What is changed in the code of a chunk behind the bundler, so that it is the body of a function which src/boot/chunk.ts compiles and
 * calls. Pure functions over text; places are found in the syntax tree, not by patterns.
 */
import { Script } from 'node:vm';
import { parseAst } from 'rolldown/parseAst';

/** Of that function, in the order of its call. No name of src/ begins with a dollar sign. */
export const PARAMETERS = ['exports', 'require', 'module', '$own', '$import', '$node'];

/** { code, builtins }: the text of the file, and which modules of Node it uses. Throws for what cannot be a chunk. */
export function chunkCode(fileName, given) {
  const builtins = new Set();
  const edits = [];
  visit(parseAst(given), null, new Map(), (node, parent, variables) => {
    const name = node.type === 'Identifier' && isReference(node, parent) ? variables.get(node.name) : undefined;
    if (node.type === 'ImportExpression') edits.push({ start: node.start, end: node.start + 'import'.length, text: '$import' });
    else if (name !== undefined) edits.push({ start: node.start, end: node.end, text: `$node.${keyOf(name)}` });
    for (const { declaration, builtin } of declaredIn(node)) {
      builtins.add(builtin);
      edits.push({ start: declaration.start, end: declaration.end, text: '' });
    }
  });
  const code = `(function (${PARAMETERS.join(', ')}) {${ascii(applied(given, edits))}\n})\n`;
  requireSound(fileName, code);
  return { code, builtins: [...builtins] };
}

/** The property of $node: "fs_promises" for "fs/promises". */
export function keyOf(name) {
  return name.replaceAll('/', '_');
}

/**
 * Variables for modules of Node among the statements of a program or function: the bundler's `let node_fs = require("node:fs")`, and the
 * `const node_fs_1 = require("node:fs")` of packages in CommonJS. [{ variable, builtin, declaration }]
 *
 * DESIGN: loading crypto, net or http takes as long as loading all of ours. $node.x loads a module when it is first used; from then on it is
 * a property like others.
 */
function declaredIn(node) {
  const statements = node.type === 'Program' ? node.body : node.body?.type === 'BlockStatement' && /Function/.test(node.type) ? node.body.body : [];
  const found = statements.flatMap((declaration) => {
    const { id, init } = declaration.type === 'VariableDeclaration' && declaration.declarations.length === 1 ? declaration.declarations[0] : {};
    const given = init?.type === 'CallExpression' && init.callee.name === 'require' ? init.arguments[0]?.value : undefined;
    const isBuiltin = typeof given === 'string' && given.startsWith('node:') && id.type === 'Identifier';
    return isBuiltin ? [{ variable: id.name, builtin: given.slice('node:'.length), declaration }] : [];
  });
  // Those that somebody imports whole become other objects.
  const changed = statements.map(({ expression }) => (expression?.type === 'AssignmentExpression' ? expression.left.name : undefined));
  return found.filter(({ variable }) => !changed.includes(variable));
}

/** Not the name of a property, nor the variable itself. Nobody shadows such variables: the bundler none of its own, tsc none of node_fs_1. */
function isReference(node, parent) {
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed;
  return parent.type !== 'VariableDeclarator' && parent.type !== 'Property' && parent.type !== 'MethodDefinition' && parent.type !== 'PropertyDefinition';
}

/** see(node, parent, variables): with the variables for modules of Node that hold there, by name. */
function visit(node, parent, variables, see) {
  see(node, parent, variables);
  const own = declaredIn(node);
  const inside = own.length === 0 ? variables : new Map([...variables, ...own.map(({ variable, builtin }) => [variable, builtin])]);
  for (const child of Object.values(node).flat()) if (typeof child?.type === 'string') visit(child, node, inside, see);
}

/** edits: { start, end, text }, in any order; none within another. */
function applied(code, edits) {
  return edits.sort((a, b) => b.start - a.start).reduce((text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end), code);
}

/** Chunks are read as Latin-1. */
function ascii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** It compiles, and no class has got another name: those are in signatures (salts) and messages. */
function requireSound(fileName, code) {
  new Script(code, { filename: fileName });
  const renamed = /\bclass (\w+)\$\d+\b/.exec(code);
  if (renamed !== null) throw new Error(`${fileName}: two classes of one chunk are called ${renamed[1]}. Rename one of them in src/.`);
}
