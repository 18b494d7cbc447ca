/**
 * Packages of other engines: optional peers, imported when an application starts that uses them.
 */
import { FastServeError } from '../../errors.ts';

/** What `load` imports. FastServeError (FS_APP) with the command to run when the package is not there. */
export async function importPeer<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as { code?: unknown; message?: unknown };
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || /Cannot find (?:package|module)/.test(String(message));
    const what = isMissing ? `the package ${name} is not installed; run: npm install ${name}` : `the package ${name} does not load`;
    throw new FastServeError('FS_APP', `templates: ${what}`, { cause });
  }
}
