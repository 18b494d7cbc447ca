/**
 * The second form of a compiled application: CommonJS, which a worker takes with require(). Its thread needs no loader of ES modules then,
 * nor the thread pool by which that reads. The compiler's process.
 *
 * An application has it when nobody can tell the two apart: it is one file, imports nothing but this package and modules of Node, waits for
 * nothing at its top level, and names nothing that only one of the forms has.
 */
import { isBuiltin } from 'node:module';
import type { OutputAsset, OutputChunk, RolldownBuild } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { type Node, walk } from './import-meta.ts';

export interface ScriptForm {
  /** Of the output file. */
  readonly name: string;
  /** What require() gets for each URL that the other form imports this package by. */
  readonly packages: Readonly<Record<string, string>>;
}

/** What CommonJS gives to a module. Properties of that name count, too: it costs the application its second form, and nothing else. */
const GIVEN = new Set(['require', 'module', 'exports', '__dirname', '__filename']);

/** The files of that form; none where the application has no such form. `module`: the output as an ES module; `dir`: as for that. */
export async function scriptForm(bundle: RolldownBuild, module: readonly (OutputChunk | OutputAsset)[], form: ScriptForm, dir: string): Promise<readonly (OutputChunk | OutputAsset)[]> {
  const [chunk, ...others] = module.filter((item) => item.type === 'chunk');
  if (chunk === undefined || others.length > 0 || tellsFormsApart(chunk.code)) return [];
  if (!chunk.imports.every((id) => isBuiltin(id) || id in form.packages)) return [];
  try {
    const { output } = await bundle.generate({ dir, format: 'cjs', strict: true, exports: 'named', sourcemap: true, entryFileNames: form.name, paths: { ...form.packages } });
    return output;
  } catch {
    // `await` at the top level, which CommonJS cannot have.
    return [];
  }
}

/** Whether a module has import(), import.meta, or a name that means something in CommonJS alone. */
function tellsFormsApart(code: string): boolean {
  let found = false;
  walk(parseAst(code) as unknown as Node, ({ type, ...node }) => {
    if (type === 'Identifier') found ||= GIVEN.has(node['name'] as string);
    else if (type === 'MetaProperty') found ||= (node['meta'] as Node)['name'] === 'import';
    else found ||= type === 'ImportExpression';
  });
  return found;
}
