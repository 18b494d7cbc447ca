/**
 * A worker's end of the queue whose answers nobody waits for: an I/O thread takes them out of the ring and drops them. What a
 * benchmark without clients answers to. Needs dist/ and the addon.
 */
import { inlineSettings } from '../../dist/config/resolve.js';
import { toNativeOptions } from '../../dist/config/to-native.js';
import { native, ringBytes } from '../../dist/native/load.js';

const GENERATION = 1;

/** @returns {{ port: object, close(): void }} a NativePort, whose answers leave with port.flush() */
export function openPort() {
  const settings = inlineSettings({}, { host: '127.0.0.1', port: 0 }, 'bench');
  const server = new (native().Server)(toNativeOptions(settings, [1]));
  server.setRings([new Uint8Array(new SharedArrayBuffer(ringBytes))]);
  server.listen();
  server.setRoutes(null, GENERATION, [1]);
  server.start();
  const port = native().attach(server.id, 0, GENERATION, () => 0);
  return {
    port,
    close() {
      port.detach();
      server.stop(0, () => {});
    },
  };
}
