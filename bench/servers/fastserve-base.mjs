/** fastserve with another application than servers/fastserve.mjs (a workload's appFor): what a feature is compared with. */
import fastserve, { startFastserve } from './fastserve.mjs';

export default {
  title: 'fastserve, base of comparison',
  unavailable: fastserve.unavailable,
  start: (options) => startFastserve(options, { workers: options.workers ?? 1 }),
};
