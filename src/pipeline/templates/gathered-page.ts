/**
 * A rendered page before it is put together: values in the order of the page, and between them tokens that name literals of the
 * table. Native code makes the bytes of it in one call; toBytes() does the same in JavaScript.
 */
import { assemble } from './runtime/assemble.ts';
import type { LiteralTable } from './runtime/literals.ts';

export class GatheredPage {
  /** value ESC id value ESC id ...; see runtime/literals.ts. */
  readonly payload: string;
  /** Tokens that were written. More ESC than that in the payload: a value holds U+001B, use strict(). */
  readonly tokens: number;
  /** What the ids mean. It may have grown since; ids stay. */
  readonly table: LiteralTable;
  readonly #again: () => GatheredPage;

  /** `again` renders the page in strict mode; a page that is strict gives itself. */
  constructor(table: LiteralTable, payload: string, tokens: number, again: (() => GatheredPage) | null = null) {
    this.table = table;
    this.payload = payload;
    this.tokens = tokens;
    this.#again = again ?? (() => this);
  }

  /** The same page with U+001B in values written as tokens, so that the counts agree. Throws what rendering throws. */
  strict(): GatheredPage {
    return this.#again();
  }

  /** The page as UTF-8. The bytes belong to the caller. Throws what rendering throws. */
  toBytes(): Uint8Array {
    const bytes = assemble(this.table, this.payload, this.tokens) ?? this.#strictBytes();
    if (bytes === null) throw new Error('a compiled template wrote another number of tokens than it counted; please report this');
    return bytes;
  }

  /** The page as text. Costs more than toBytes(). */
  toString(): string {
    return Buffer.from(this.toBytes()).toString('utf8');
  }

  #strictBytes(): Uint8Array | null {
    const page = this.strict();
    return assemble(page.table, page.payload, page.tokens);
  }
}
