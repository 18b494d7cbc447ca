/** The face of the shared memory: SharedMemory of contract.ts, for one thread and for many. */
export { localMemory } from './client.ts';
export { remoteMemory } from './remote.ts';
export { SharedMemoryHub } from './hub.ts';
