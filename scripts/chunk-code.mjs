/**
 * What is changed in the code of a chunk behind the bundler, so that it is the body of a function which src/boot/chunk.ts compiles and
 * calls. Pure functions over text; places are found in the syntax tree, not by patterns.
 */
import { Script } from 'node:vm';
import { parseAst } from 'rolldown/parseAst';

/** Of that function, in the order of its call. No name of src/ begins with a dollar sign. */
export const PARAMETERS = ['exports', 'require', 'module', '$own', '$import', '$node', '$resolve'];

/** { code, builtins }: the text of the file, and which modules of Node it uses. Throws for what cannot be a chunk. */
export function chunkCode(fileName, given) {
  const ast = parseAst(given);
  const builtins = builtinsOf(ast);
  const edits = [];
  visit(ast, null, (node, parent) => {
    if (node.type === 'ImportExpression') edits.push({ start: node.start, end: node.start + 'import'.length, text: '$import' });
    else if (node.type === 'Identifier' && builtins.has(node.name) && isReference(node, parent)) edits.push({ ...node, text: `$node.${keyOf(builtins.get(node.name).name)}` });
  });
  for (const { declaration } of builtins.values()) edits.push({ ...declaration, text: '' });
  const code = `(function (${PARAMETERS.join(', ')}) {${ascii(applied(given, edits))}\n})\n`;
  requireSound(fileName, code);
  return { code, builtins: [...builtins.values()].map(({ name }) => name) };
}

/** The property of $node: "fs_promises" for "fs/promises". */
export function keyOf(name) {
  return name.replaceAll('/', '_');
}

/**
 * Node's modules, by the variable that the bundler gave them at the top: `let node_fs = require("node:fs")`.
 *
 * DESIGN: loading crypto, net or http takes as long as loading all of ours. $node.x loads a module when it is first used; from then on it is
 * a property like others.
 */
function builtinsOf({ body }) {
  const found = new Map();
  for (const statement of body) {
    if (statement.type !== 'VariableDeclaration' || statement.declarations.length !== 1) continue;
    const { id, init } = statement.declarations[0];
    const given = init?.type === 'CallExpression' && init.callee.name === 'require' ? init.arguments[0]?.value : undefined;
    if (typeof given === 'string' && given.startsWith('node:')) found.set(id.name, { name: given.slice('node:'.length), declaration: statement });
  }
  // Those that somebody imports whole become other objects.
  for (const { expression } of body) if (expression?.type === 'AssignmentExpression') found.delete(expression.left.name);
  return found;
}

/** Not the name of a property, nor the variable itself. The bundler shadows none of its own variables. */
function isReference(node, parent) {
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed;
  return parent.type !== 'VariableDeclarator' && parent.type !== 'Property' && parent.type !== 'MethodDefinition' && parent.type !== 'PropertyDefinition';
}

function visit(node, parent, see) {
  see(node, parent);
  for (const child of Object.values(node).flat()) if (typeof child?.type === 'string') visit(child, node, see);
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
