/** checkContract() for an application that does not run yet: started as a worker would, asked, stopped. For `fastserve check --contract`. */
import { FastServeError } from '../../errors.ts';
import { activateStaticFiles } from '../../pipeline/static/index.ts';
import type { GatewayApplication, StaticDirectory } from '../contract.ts';
import { DEFAULT_ENVIRONMENT } from '../inject/environment.ts';
import { checkContract, type ContractCheck } from './check-contract.ts';

/** In the calling thread; its errors go to standard error. FastServeError (FS_APP) when it does not start; rejects as its stop hook does. */
export async function checkApplication(application: GatewayApplication, directories: readonly StaticDirectory[]): Promise<ContractCheck> {
  activateStaticFiles(directories);
  try {
    await application.start?.({ ...DEFAULT_ENVIRONMENT, staticDirectories: directories });
  } catch (error) {
    throw new FastServeError('FS_APP', `the application does not start: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const result = await checkContract(application);
  await application.stop?.();
  return result;
}
