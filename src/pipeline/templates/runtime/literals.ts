/**
 * The literal text of all templates of an environment, each piece under a short id. A rendered page names pieces by id; whoever
 * assembles it (native code or assemble.ts) has the bytes.
 *
 * A token is ESC and an id of two characters from 0x40 to 0x7E, which hold neither ESC nor a character that is escaped. The first
 * ids are the control tokens below; literals follow in the order in which they were met. The table only grows: an id once given
 * means the same for ever, so that a page made before stays good.
 */

import type { PageTable } from '../../../gateway/contract.ts';
import { definePageTable, pageToken } from '../../../gateway/answers/page-body.ts';
import * as payload from '../../../gateway/answers/page-payload.ts';

export { ESC } from '../../../gateway/answers/page-payload.ts';
/** Characters of an id. */
const ID_WIDTH = 2;
const { ID_BASE, ID_CHARACTERS } = payload;
const CAPACITY = ID_CHARACTERS ** ID_WIDTH;

/** What the values behind a literal need: 0 escaping, 1 nothing. */
export type LiteralMode = 0 | 1;

/** One piece, as native code registers it. */
export interface Literal {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly mode: LiteralMode;
}

/** The pieces once more, for a loop over bytes: arrays of numbers, so that a token costs no look into an object. */
export interface PackedLiterals {
  readonly count: number;
  /** PLACE numbers for each id: bytes, index in `words`, mode. */
  readonly places: Int32Array;
  /** The bytes in little-endian words of four, the last one of each piece filled up with zeros. */
  readonly words: Int32Array;
}

export const PLACE = 3;

/** The id of ESC_BYTE: the one control token that leaves the mode as it is. */
export const ESC_BYTE_ID = payload.ESC_BYTE;
/** Values behind it are escaped. */
export const ESC_ON = pageToken(payload.ESC_ON, ID_WIDTH);
/** Values behind it are not escaped, until the next token says otherwise. */
export const RAW_ON = pageToken(payload.RAW_ON, ID_WIDTH);
/** Stands for one U+001B of a value. */
export const ESC_BYTE = pageToken(ESC_BYTE_ID, ID_WIDTH);

export class LiteralTable implements PageTable {
  readonly idWidth = ID_WIDTH;
  readonly #entries: Literal[] = [
    makeLiteral('', 0),
    makeLiteral('', 1),
    makeLiteral(payload.ESC, 0),
  ];
  readonly #tokens = new Map<string, string>();
  /** What native code knows of the table, and how many entries it had then. */
  #registered: { readonly table: PageTable; readonly count: number } | null = null;

  #packed: PackedLiterals | null = null;

  /** The table in native memory. Registered when it is first asked for, and again when it has grown. */
  get nativeId(): number {
    if (this.#registered?.count !== this.#entries.length) {
      this.#registered = { table: definePageTable(this.literals, ID_WIDTH), count: this.#entries.length };
    }
    return this.#registered.table.nativeId;
  }

  /** All pieces in the order of their ids, the control tokens first. Its length grows when templates are compiled. */
  get entries(): readonly Literal[] {
    return this.#entries;
  }

  /** Made when it is first asked for, and again when the table has grown. */
  get packed(): PackedLiterals {
    if (this.#packed?.count !== this.#entries.length) this.#packed = pack(this.#entries);
    return this.#packed;
  }

  /** What native code is given to register: the pieces behind the control tokens, which it knows by itself. */
  get literals(): readonly Literal[] {
    return this.#entries.slice(payload.FIRST_LITERAL);
  }

  /** The token of a text with the mode of what follows it; the same pair gives the same token. null when the table is full. */
  token(text: string, mode: LiteralMode): string | null {
    if (text === '') return mode === 1 ? RAW_ON : ESC_ON;
    const key = `${mode}${text}`;
    const known = this.#tokens.get(key);
    if (known !== undefined) return known;
    if (this.#entries.length >= CAPACITY) return null;
    const token = pageToken(this.#entries.length, ID_WIDTH);
    this.#entries.push(makeLiteral(text, mode));
    this.#tokens.set(key, token);
    return token;
  }
}

function makeLiteral(text: string, mode: LiteralMode): Literal {
  return { bytes: Buffer.from(text, 'utf8'), text, mode };
}

function pack(entries: readonly Literal[]): PackedLiterals {
  const places = new Int32Array(entries.length * PLACE);
  const words = new Int32Array(entries.reduce((sum, { bytes }) => sum + wordsOf(bytes), 0));
  let at = 0;
  entries.forEach(({ bytes, mode }, id) => {
    places.set([bytes.length, at, mode], id * PLACE);
    bytes.forEach((byte, i) => {
      const word = at + (i >> 2);
      words[word] = (words[word] as number) | (byte << ((i & 3) * 8));
    });
    at += wordsOf(bytes);
  });
  return { count: entries.length, places, words };
}

function wordsOf(bytes: Uint8Array): number {
  return (bytes.length + 3) >> 2;
}

/** The id of two character codes, -1 when they are none. */
export function idOf(high: number, low: number): number {
  const first = high - ID_BASE;
  const second = low - ID_BASE;
  return first >= 0 && first < ID_CHARACTERS && second >= 0 && second < ID_CHARACTERS ? first * ID_CHARACTERS + second : -1;
}
