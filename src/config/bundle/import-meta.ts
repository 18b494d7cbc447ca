/**
 * Keeps `import.meta.url`, `.dirname` and `.filename` pointing at the source module although many modules end up in one
 * file, so that new URL('./templates/', import.meta.url) finds what lies beside the source. Runs in the compiler's process.
 */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAst } from 'rolldown/parseAst';

/** Of a syntax tree. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

/** A rolldown transform. Replaces text within lines only, so the line numbers of source maps stay true. */
export function pinImportMeta(code: string, id: string, meta: { moduleType: string }): { code: string; map: null } | null {
  if (!code.includes('import.meta') || id.startsWith('\0') || !isScript(meta.moduleType)) return null;
  const literals: Record<string, string> = {
    url: JSON.stringify(pathToFileURL(id).href),
    dirname: JSON.stringify(dirname(id)),
    filename: JSON.stringify(id),
  };
  const found: { node: Node; literal: string }[] = [];
  walk(parseAst(code, { lang: meta.moduleType }, id) as unknown as Node, (node) => {
    const literal = literals[importMetaProperty(node) ?? ''];
    if (literal !== undefined) found.push({ node, literal });
  });
  let result = '';
  let position = 0;
  for (const { node, literal } of found.sort((a, b) => a.node.start - b.node.start)) {
    result += code.slice(position, node.start) + literal;
    position = node.end;
  }
  return found.length === 0 ? null : { code: result + code.slice(position), map: null };
}

function isScript(moduleType: string): moduleType is 'js' | 'jsx' | 'ts' | 'tsx' {
  return moduleType === 'js' || moduleType === 'jsx' || moduleType === 'ts' || moduleType === 'tsx';
}

/** "url" for the expression import.meta.url. */
function importMetaProperty(node: Node): string | undefined {
  if (node.type !== 'MemberExpression' || node['computed'] === true) return undefined;
  const object = node['object'] as Node;
  return object.type === 'MetaProperty' ? ((node['property'] as Node)['name'] as string) : undefined;
}

/** Visits the node and all below it, in the order of the text. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of Object.values(node)) {
    for (const item of Array.isArray(child) ? child : [child]) {
      if (typeof item === 'object' && item !== null && typeof (item as Node).type === 'string') walk(item as Node, visit);
    }
  }
}
