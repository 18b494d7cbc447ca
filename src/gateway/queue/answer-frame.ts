/**
 * What native code is told of an answer beside its body, in the words of the port's frame (native/addon/worker/answer_frame.h), and the answer
 * that may be refused: a page. The worker's thread.
 */
import { conditionOf, PageRefusedError, REFUSED_GONE, renderStrictly } from '../answers/page-body.ts';
import type { GatheredPage } from '../contract.ts';
import {
  FRAME_BASE, FRAME_CHANNEL, FRAME_HEAD, FRAME_LINES, FRAME_PAYLOAD_BYTES, FRAME_STATUS, FRAME_TABLE, FRAME_TOKEN, FRAME_TOKENS, WHOLE_PAYLOAD,
} from './layout.ts';
import type { QueueRequest } from './request.ts';

/**
 * Fills the frame for the call that follows at once; gives the block of that call, null for a registered head. `head`: a registration or a
 * block, of so many `lines`, behind the registered head `base` (0: none).
 */
export function fillFrame({ reader, token, channel }: QueueRequest, status: number, head: number | string, lines: number, base: number): string | null {
  const { frame } = reader.port;
  frame[FRAME_TOKEN] = token;
  frame[FRAME_CHANNEL] = channel.index;
  frame[FRAME_STATUS] = status;
  if (typeof head === 'number') {
    frame[FRAME_HEAD] = head;
    return null;
  }
  frame[FRAME_HEAD] = 0;
  frame[FRAME_LINES] = lines;
  frame[FRAME_BASE] = base;
  return head;
}

/** Answers with a page, rendered once more when it is refused. PageRefusedError when it is refused again: nothing was answered then. */
export function respondPage(request: QueueRequest, status: number, head: number | string, lines: number, base: number, page: GatheredPage): void {
  const { port } = request.reader;
  const condition = conditionOf(request, status, page);
  const send = ({ table, source, tokens, sourceBytes }: GatheredPage): number => {
    if (source === null) return REFUSED_GONE;
    const block = fillFrame(request, status, head, lines, base);
    port.frame[FRAME_TABLE] = table.nativeId;
    port.frame[FRAME_TOKENS] = tokens;
    port.frame[FRAME_PAYLOAD_BYTES] = sourceBytes ?? WHOLE_PAYLOAD;
    return port.respondPage(source, condition, block);
  };
  const refusal = send(page);
  if (refusal === 0) return page.sent();
  const second = send(renderStrictly(page, refusal));
  if (second !== 0) throw new PageRefusedError(second);
}
