/**
 * A rendered page of our engine. The gateway hands it to native code, which makes the bytes while it sends them; toBytes() makes the same
 * bytes in JavaScript.
 */
import { GatheredPage } from '../../gateway/contract.ts';
import { assemble } from './runtime/assemble.ts';
import type { LiteralTable } from './runtime/literals.ts';

/** `again` renders the page in strict mode; null for a page that is strict. */
export class TemplatePage extends GatheredPage {
  override readonly table: LiteralTable;

  constructor(table: LiteralTable, payload: string | Uint8Array, tokens: number, again: (() => TemplatePage) | null, etag: boolean) {
    super(table, payload, tokens, again, etag);
    this.table = table;
  }

  /** The page as UTF-8. The bytes belong to the caller. Throws what rendering throws. */
  toBytes(): Uint8Array {
    const bytes = assemble(this.table, this.payload, this.tokens);
    if (bytes !== null) return bytes;
    if (this.strict === null) throw new Error('a compiled template wrote another number of tokens than it counted; please report this');
    return (this.strict() as TemplatePage).toBytes();
  }

  /** The page as text. Costs more than toBytes(). */
  override toString(): string {
    return Buffer.from(this.toBytes()).toString('utf8');
  }
}
