/**
 * The shared memory of a server, for its workers. Main thread.
 *
 * DESIGN: one table in one thread needs no lock, and a worker that dies in the middle of anything leaves it whole; what it costs
 * is a message each way, for the requests that use it (docs/adr/0016-shared-memory-in-the-main-thread.md).
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { MemoryAnswer, MemoryCall } from './operation.ts';
import { MemoryTable } from './table.ts';

export class SharedMemoryHub {
  readonly #table = new MemoryTable();

  /** A port for one life of a worker, to be transferred to it. It closes with the worker and keeps nobody alive. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', ({ id, operation }: MemoryCall) => {
      port1.postMessage({ id, result: this.#table.apply(operation) } satisfies MemoryAnswer);
    });
    port1.unref();
    return port2;
  }
}
