/** The messages that a module asks for: calls of gettext() and its kin with texts that are written out. Pure. */
import { parseAst } from 'rolldown/parseAst';

/** A message, and where it stands. Lines count from 1. */
export interface ScriptMessage {
  readonly context: string | undefined;
  readonly id: string;
  readonly plural: string | undefined;
  readonly line: number;
}

/** By function, at which place its arguments are. */
const FUNCTIONS: Readonly<Record<string, { readonly context?: number; readonly id: number; readonly plural?: number }>> = {
  _: { id: 0 },
  gettext: { id: 0 },
  gettextLazy: { id: 0 },
  gettextNoop: { id: 0 },
  ngettext: { id: 0, plural: 1 },
  ngettextLazy: { id: 0, plural: 1 },
  pgettext: { context: 0, id: 1 },
  pgettextLazy: { context: 0, id: 1 },
  npgettext: { context: 0, id: 1, plural: 2 },
  npgettextLazy: { context: 0, id: 1, plural: 2 },
};

type Language = 'js' | 'jsx' | 'ts' | 'tsx';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** Messages in their order. An Error of the parser for what is no module. */
export function messagesOfScript(text: string, language: Language): ScriptMessage[] {
  const found: ScriptMessage[] = [];
  walk(parseAst(text, { lang: language }) as unknown as Node, (node) => {
    const places = node.type === 'CallExpression' ? placesOf(node['callee'] as Node) : undefined;
    if (places === undefined) return;
    const args = node['arguments'] as readonly Node[];
    const textAt = (index: number | undefined): string | undefined => (index === undefined || args[index] === undefined ? undefined : textOf(args[index]));
    const [context, id, plural] = [textAt(places.context), textAt(places.id), textAt(places.plural)];
    const isKnown = id !== undefined && id !== '' && (places.context === undefined || context !== undefined) && (places.plural === undefined || plural !== undefined);
    if (isKnown) found.push({ context, id, plural, line: text.slice(0, node.start).split('\n').length });
  });
  return found;
}

/** gettext(...) and i18n.gettext(...). */
function placesOf(callee: Node): (typeof FUNCTIONS)[string] | undefined {
  const name = callee.type === 'MemberExpression' ? (callee['property'] as Node)['name'] : callee['name'];
  return typeof name === 'string' && Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
}

/** A string, a template without values, or a sum of them. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined;
  if (node.type === 'TemplateLiteral') {
    const [first, ...others] = node['quasis'] as readonly { readonly value: { readonly cooked: string } }[];
    return others.length === 0 ? first?.value.cooked : undefined;
  }
  if (node.type !== 'BinaryExpression' || node['operator'] !== '+') return undefined;
  const [left, right] = [textOf(node['left'] as Node), textOf(node['right'] as Node)];
  return left === undefined || right === undefined ? undefined : left + right;
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) return value.forEach((each) => walk(each, visit));
  if (typeof (value as Node).type === 'string') visit(value as Node);
  for (const inner of Object.values(value)) walk(inner, visit);
}
