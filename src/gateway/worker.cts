/**
 * What Piscina loads in a thread, with require(). In a joined package (scripts/join-modules.mjs) another file has its place, for which the
 * loader of ES modules is not started.
 */
import type { WorkerTask } from './worker/task.ts' with { 'resolution-mode': 'import' };

module.exports = {
  __esModule: true,
  begin: () => import('./worker.js').then((worker) => worker.begin()),
  default: (task: WorkerTask) => import('./worker.js').then((worker) => worker.default(task)),
};
