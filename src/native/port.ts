/** The native end of the queue, as a worker sees it. */

/** The worker's end of the queue; src/gateway/queue-reader.ts is its user. Valid until detach(). */
export interface NativePort {
  /**
   * Answers in one piece. head: a registration from registerHead, or a field block of exactly `lines` lines. base, with a block: a
   * registration whose lines stand before those of the block; 0 for none. Throws TypeError for what would break the message.
   */
  respond(token: number, channel: number, status: number, head: number | string, lines: number, body: string | Uint8Array | null, base?: number): void;
  /** The same with a body from createStaticBody. */
  respondStatic(token: number, channel: number, status: number, head: number | string, lines: number, body: number, base?: number): void;
  /**
   * Answers with the page that a gathered payload stands for (native/template/payload.h): `table` from registerTemplates,
   * `tokens` as many as the template wrote. condition: undefined for no entity-tag; null, or the value of If-None-Match, for a
   * weak one (unless the fields have their own), and 304 where the value names it. payloadBytes: how many bytes of a payload in
   * bytes count, when not all do. Returns 0, or a refusal
   * (src/gateway/page-payload.ts), after which nothing is answered and the request waits for another answer.
   */
  respondPage(
    token: number,
    channel: number,
    status: number,
    head: number | string,
    lines: number,
    table: number,
    payload: string | Uint8Array,
    tokens: number,
    condition: string | null | undefined,
    base?: number,
    payloadBytes?: number,
  ): number;
  streamStart(token: number, channel: number, status: number, head: number | string, lines: number, base?: number): void;
  /** Returns the chunk's size in bytes. */
  streamWrite(token: number, channel: number, chunk: string | Uint8Array): number;
  /** complete false: the answer is cut, and looks so to the client. */
  streamEnd(token: number, channel: number, complete: boolean): void;
  /** A cancelled request ends without an answer. */
  drop(token: number, channel: number): void;
  /** This many more bytes of a streamed request body may come. */
  bodyCredit(token: number, channel: number, bytes: number): void;
  /** What a traced request spent its time on, in lines of phases.ts; before its answer. */
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
