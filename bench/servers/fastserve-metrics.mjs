/** fastserve with its metrics on a listener beside the site, which nobody asks for: what being measured costs. */
import fastserve, { startFastserve } from './fastserve.mjs';

export default {
  title: 'fastserve, metrics on',
  unavailable: fastserve.unavailable,
  start: (options) => startFastserve(options, { workers: options.workers ?? 1, metrics: { listen: 0 } }),
};
