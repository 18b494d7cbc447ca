/** A worker's way to the shared memory. The worker's thread; hub.ts is the other end of the port. */
import type { MessagePort } from 'node:worker_threads';
import type { SharedMemory } from '../contract.ts';
import { MemoryClient } from './client.ts';
import type { MemoryAnswer, MemoryCall, MemoryResult } from './operation.ts';

/** The memory behind a port of SharedMemoryHub.connect(). The port does not keep the thread alive. */
export function remoteMemory(port: MessagePort): SharedMemory {
  const waiting = new Map<number, (result: MemoryResult) => void>();
  let lastId = 0;
  port.on('message', ({ id, result }: MemoryAnswer) => {
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  port.unref();
  return new MemoryClient(
    (operation) =>
      new Promise((resolve) => {
        const id = ++lastId;
        waiting.set(id, resolve);
        port.postMessage({ id, operation } satisfies MemoryCall);
      }),
  );
}
