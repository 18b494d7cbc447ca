/**
 * A rendered page of our engine. The gateway hands it to native code, which makes the bytes while it sends them; toBytes() makes the same
 * bytes in JavaScript.
 *
 * DESIGN: a page that is gathered as bytes stays in the thread's memory for pages (runtime/put.ts) until the next one is gathered. Most
 * are sent before that, and nobody asks for them again. One that is not takes its bytes along; one that was sent, and is wanted again
 * all the same, is rendered again (`strict`).
 */
import { GatheredPage } from '../../gateway/contract.ts';
import { assemble } from './runtime/assemble.ts';
import type { LiteralTable } from './runtime/literals.ts';
import { pageBytes } from './runtime/put.ts';

/** The page in the thread's memory. */
let lodger: TemplatePage | null = null;

/** Of the thread's memory: to be called before beginPage(). */
export function clearPageMemory(): void {
  lodger?.leaveMemory();
}

/** `again` renders the page in strict mode; null for a page that is strict. */
export class TemplatePage extends GatheredPage {
  override readonly table: LiteralTable;
  /** null: in the thread's memory, or gone. */
  #payload: string | Uint8Array | null;
  #sourceBytes: number | undefined;
  /** The page rendered again. */
  #second: TemplatePage | null = null;

  /** `payload`: text, or how many bytes the page takes in the thread's memory. */
  constructor(table: LiteralTable, payload: string | number, tokens: number, again: (() => TemplatePage) | null, etag: boolean) {
    super(table, '', tokens, again === null ? null : () => (this.#second ??= again()), etag);
    this.table = table;
    this.#payload = typeof payload === 'string' ? payload : null;
    this.#sourceBytes = typeof payload === 'string' ? undefined : payload;
    if (typeof payload === 'number') lodger = this;
  }

  /** Takes the page out of the thread's memory. */
  override get payload(): string | Uint8Array | null {
    this.leaveMemory();
    return this.#payload;
  }

  override get source(): string | Uint8Array | null {
    return lodger === this ? pageBytes() : this.#payload;
  }

  override get sourceBytes(): number | undefined {
    return this.#sourceBytes;
  }

  override sent(): void {
    if (lodger === this) lodger = null;
  }

  /** The page's bytes become its own. Nothing for one that has its payload, or is gone. */
  leaveMemory(): void {
    if (lodger !== this) return;
    lodger = null;
    this.#payload = Buffer.from(pageBytes().subarray(0, this.#sourceBytes));
    this.#sourceBytes = undefined;
  }

  /** The page as UTF-8. The bytes belong to the caller. Throws what rendering throws. */
  toBytes(): Uint8Array {
    const { source } = this;
    const bytes = source === null ? null : assemble(this.table, source, this.tokens, this.#sourceBytes);
    if (bytes !== null) return bytes;
    if (this.strict === null) throw new Error('a compiled template wrote another number of tokens than it counted; please report this');
    return (this.strict() as TemplatePage).toBytes();
  }

  /** The page as text. Costs more than toBytes(). */
  override toString(): string {
    return Buffer.from(this.toBytes()).toString('utf8');
  }
}
