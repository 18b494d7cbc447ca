/**
 * A worker's end of the queue whose answers nobody waits for: an I/O thread takes them out of the ring and drops them. What a
 * benchmark without clients answers to. Needs dist/ and the addon.
 */
import { inlineSettings } from '../../dist/config/resolve.js';
import { toNativeOptions } from '../../dist/config/to-native.js';
import { native, ringBytes } from '../../dist/native/load.js';

const GENERATION = 1;
const { FRAME_CHANNEL, FRAME_HEAD, FRAME_PAYLOAD_BYTES, FRAME_STATUS, FRAME_TABLE, FRAME_TOKEN, FRAME_TOKENS, WHOLE_PAYLOAD } = native().layout;

/** @returns {{ port: object, close(): void }} a NativePort, whose answers leave with port.flush() */
export function openPort() {
  const settings = inlineSettings({}, { host: '127.0.0.1', port: 0 }, 'bench');
  const server = new (native().Server)(toNativeOptions(settings, [1]));
  server.setRings([new Uint8Array(new SharedArrayBuffer(ringBytes))]);
  server.listen();
  server.setRoutes(null, GENERATION, [1]);
  server.start();
  const port = native().attach(server.id, 0, GENERATION, () => 0, () => {});
  return {
    port,
    close() {
      port.detach();
      server.stop(0, () => {});
    },
  };
}

/**
 * Answers with a page as a request of the queue does (src/gateway/queue/answer-frame.ts): 0, or a refusal. `head`: a registration;
 * `condition` as NativePort.respondPage takes it.
 */
export function answerPage(port, head, { table, source, tokens, sourceBytes = WHOLE_PAYLOAD }, condition) {
  frameAnswer(port, head);
  const { frame } = port;
  frame[FRAME_TABLE] = table.nativeId;
  frame[FRAME_TOKENS] = tokens;
  frame[FRAME_PAYLOAD_BYTES] = sourceBytes;
  return port.respondPage(source, condition, null);
}

/** The same with a text. */
export function answerText(port, head, text) {
  frameAnswer(port, head);
  port.respond(text, null);
}

function frameAnswer({ frame }, head) {
  frame[FRAME_TOKEN] = 1;
  frame[FRAME_CHANNEL] = 0;
  frame[FRAME_STATUS] = 200;
  frame[FRAME_HEAD] = head;
}
