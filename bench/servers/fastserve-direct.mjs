/**
 * fastserve with its I/O loop and the application in one JavaScript thread: the same code without the hand-off between
 * threads. The difference to servers/fastserve.mjs is the price of the queue.
 */
import fastserve, { startFastserve } from './fastserve.mjs';

export default {
  title: 'fastserve, no queue',
  unavailable: fastserve.unavailable,
  start: (options) => startFastserve(options, { workers: 0, direct: true }),
};
