/** What a worker thread does before it gets its task, in development: loads modules that its application will need. Worker thread. */
import { capturePrinted } from '../../log/capture.ts';
import { holdLog } from '../../log/logger.ts';
import type { PreloadTask } from './task.ts';
import { activateStaticFiles } from '../../pipeline/static/index.ts';

/**
 * Imports the modules, one after the other. What they log is told by the worker's own log, once it has one. Rejects with the
 * first failure: the thread would keep it, so that it is of no use then.
 */
export async function preload({ modules, staticDirectories }: PreloadTask): Promise<void> {
  holdLog();
  capturePrinted();
  activateStaticFiles(staticDirectories);
  process.setSourceMapsEnabled(true);
  for (const url of modules) await import(url);
}
