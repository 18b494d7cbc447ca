/**
 * Where pages are gathered as bytes (put.ts). Belongs to one thread.
 *
 * DESIGN: pages lie one behind the other in blocks. A block is never written twice, so that a page stays good for as long as
 * somebody holds it; the collector takes a block with its last page.
 *
 *   block   [ page | page | page being gathered | room ... ]
 */
import type { PageBytes } from './put.ts';
import { NEEDS_TEXT } from './signals.ts';

const BLOCK_BYTES = 64 * 1024;
/** A block with less room is left to its pages. A page that needs more than there is gets gathered as text. */
const MIN_ROOM = 16 * 1024;

/** A block of pages, and how much of it they take. */
export interface PageBlock {
  readonly bytes: PageBytes;
  used: number;
}

export class PageMemory {
  #block: PageBlock | null = null;

  /** A block with room behind `used`, which belongs to the caller until keep(). One that is not kept is lost with what is in it. */
  take(): PageBlock {
    const block = this.#block;
    if (block === null || BLOCK_BYTES - block.used < MIN_ROOM) return { bytes: Buffer.allocUnsafeSlow(BLOCK_BYTES) as PageBytes, used: 0 };
    // A page that is rendered while another one is gathered takes a block of its own.
    this.#block = null;
    return block;
  }

  /** Gives the page that ends at `end`. NEEDS_TEXT when that is behind the block's end. */
  keep(block: PageBlock, end: number): Uint8Array {
    if (end > BLOCK_BYTES) throw NEEDS_TEXT;
    const page = block.bytes.subarray(block.used, end);
    block.used = end;
    this.#block = block;
    return page;
  }
}
