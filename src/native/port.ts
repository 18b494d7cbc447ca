/** The native end of the queue, as a worker sees it. */

/** The worker's end of the queue; src/gateway/queue/reader.ts is its user. Valid until detach(). */
export interface NativePort {
  /**
   * What is said about the next answer, by the FRAME_ words of src/gateway/queue/layout.ts, and read by the calls below that answer: nothing may
   * come between. Its head is a registration from registerHead, or 0: then `block` is a field block of exactly FRAME_LINES lines,
   * and FRAME_BASE a registration whose lines stand before it, or 0. Those calls throw TypeError for what would break the message.
   */
  readonly frame: Uint32Array;
  /** Answers in one piece. */
  respond(body: string | Uint8Array | null, block: string | null): void;
  /** The same with a body from createStaticBody. */
  respondStatic(body: number, block: string | null): void;
  /**
   * Answers with the page that a gathered payload stands for (native/template/payload.h): FRAME_TABLE from registerTemplates,
   * FRAME_TOKENS as many as the template wrote, FRAME_PAYLOAD_BYTES what counts of bytes, or WHOLE_PAYLOAD. condition: undefined for no entity-tag;
   * null, or the value of If-None-Match, for a weak one (unless the fields have their own), and 304 where the value names it.
   * Returns 0, or a refusal (src/gateway/answers/page-payload.ts), after which nothing is answered and the request waits for another answer.
   */
  respondPage(payload: string | Uint8Array, condition: string | null | undefined, block: string | null): number;
  /** Begins an answer whose content comes by streamWrite. */
  streamStart(block: string | null): void;
  /** Returns the chunk's size in bytes. */
  streamWrite(token: number, channel: number, chunk: string | Uint8Array): number;
  /** complete false: the answer is cut, and looks so to the client. */
  streamEnd(token: number, channel: number, complete: boolean): void;
  /** A cancelled request ends without an answer. */
  drop(token: number, channel: number): void;
  /** This many more bytes of a streamed request body may come. */
  bodyCredit(token: number, channel: number, bytes: number): void;
  /** The next answer to this request is its connection's last. Before it. */
  closeBehind(token: number, channel: number): void;
  /** 103 Early Hints with the fields of the block, before the answer; to clients of HTTP/1.0 nothing. Any status of a final answer stands in the frame. */
  sendHints(block: string | null): void;
  /** What a traced request spent its time on, in lines of src/gateway/queue/phases.ts; before its answer. */
  reportPhases(token: number, channel: number, text: string): void;
  /** Fills `target` from the channel's shared memory at `offset`, which must belong to a record of the batch that runs. */
  readRing(channel: number, offset: number, target: Uint8Array): void;
  /** A registration of a checked field block, for this thread. */
  registerHead(block: string, lines: number): number;
  /** Publishes what was answered outside a batch at once (it is also done before the loop sleeps). */
  flush(): void;
  /** Gives the slot back. */
  detach(): void;
}
