/** Imports that lead nowhere are told with the place in the source that they are written at. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { withImportPlace } from '../../../src/gateway/worker/missing-import.ts';

const directories: string[] = [];
afterEach(() => directories.splice(0).forEach((directory) => rmSync(directory, { recursive: true })));

/** The files of a project. */
function projectOf(files: Readonly<Record<string, string>>): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'fastserve-imports-')));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

function errorOf(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Compiled of two sources, of which the second has the import. */
function compiled(imported: string): { module: string; source: string } {
  const directory = projectOf({
    'app.ts': "import { a } from './views.ts';\n",
    'views.ts': `// no-such\nimport type { T } from "other";\n  export { b } from ${imported};\n`,
    'out/app.mjs': '',
    'out/app.mjs.map': JSON.stringify({ version: 3, sources: ['../app.ts', '../views.ts'], mappings: '' }),
  });
  return { module: join(directory, 'out/app.mjs'), source: join(directory, 'views.ts') };
}

describe('an import that leads nowhere', () => {
  it('of a package names the source in the place of the compiled module', () => {
    const { module, source } = compiled("'no-such'");
    const error = withImportPlace(errorOf('ERR_MODULE_NOT_FOUND', `Cannot find package 'no-such' imported from ${module}`));
    expect(error.message).toBe(`Cannot find package 'no-such' imported from ${source}`);
  });

  it('has its line and column as the first frame of the stack', () => {
    const { module, source } = compiled("'no-such'");
    const error = withImportPlace(errorOf('ERR_MODULE_NOT_FOUND', `Cannot find package 'no-such' imported from ${module}`));
    expect(error.stack?.split('\n').slice(0, 2)).toEqual([`Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'no-such' imported from ${source}`, `    at ${source}:3:21`]);
  });

  it('of a file of a missing package is found', () => {
    const { module, source } = compiled('"@scope/no-such/deep/file.js"');
    const error = withImportPlace(errorOf('ERR_MODULE_NOT_FOUND', `Cannot find package '@scope/no-such' imported from ${pathToFileURL(module).href}`));
    expect(error.stack).toContain(`at ${source}:3:21\n`);
  });

  it('of a file that a package does not export is found', () => {
    const { module, source } = compiled("'pkg/inner'");
    const message = `Package subpath './inner' is not defined by "exports" in /site/node_modules/pkg/package.json imported from ${module}`;
    expect(withImportPlace(errorOf('ERR_PACKAGE_PATH_NOT_EXPORTED', message)).stack).toContain(`at ${source}:3:21\n`);
  });

  it('of a file that a package does not have is found', () => {
    const { module, source } = compiled("'pkg/inner.js'");
    const message = `Cannot find module '/site/node_modules/pkg/inner.js' imported from ${module}`;
    expect(withImportPlace(errorOf('ERR_MODULE_NOT_FOUND', message)).stack).toContain(`at ${source}:3:21\n`);
  });

  it('in a module without a source map names that module', () => {
    const module = join(projectOf({ 'app.mjs': "const a = 1;\nawait import('no-such');\n" }), 'app.mjs');
    const error = withImportPlace(errorOf('ERR_MODULE_NOT_FOUND', `Cannot find package 'no-such' imported from ${module}`));
    expect(error.stack).toContain(`at ${module}:2:14\n`);
  });

  it.each([
    ['is not in any source', 'ERR_MODULE_NOT_FOUND', "Cannot find package 'else' imported from "],
    ['is of another kind', 'ERR_UNKNOWN_FILE_EXTENSION', "Cannot find package 'no-such' imported from "],
    ['is no package', 'ERR_MODULE_NOT_FOUND', "Cannot find module '/site/views.js' imported from "],
  ])('stays as it is where it %s', (_name, code, text) => {
    const { module } = compiled("'no-such'");
    const error = errorOf(code, `${text}${module}`);
    const { message, stack } = error;
    expect({ ...withImportPlace(error), message: error.message, stack: error.stack }).toEqual({ code, message, stack });
  });
});
