/**
 * The literal text of all templates of an environment, each piece under a short id. A rendered page names pieces by id; whoever
 * assembles it (native code or assemble.ts) has the bytes.
 *
 * A token is ESC and an id of two characters from 0x40 to 0x7E, which hold neither ESC nor a character that is escaped. The first
 * ids are the control tokens below; literals follow in the order in which they were met. The table only grows: an id once given
 * means the same for ever, so that a page made before stays good.
 */

export const ESC = '\x1b';
/** Characters of an id. */
export const ID_WIDTH = 2;
const FIRST = 0x40;
const RADIX = 0x7f - FIRST;
const CAPACITY = RADIX * RADIX;

/** What the values behind a literal need: 0 escaping, 1 nothing. */
export type LiteralMode = 0 | 1;

/** One piece, as native code registers it. */
export interface Literal {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly mode: LiteralMode;
}

const NOTHING = new Uint8Array(0);

/** Values behind it are escaped. */
export const ESC_ON = tokenOf(0);
/** Values behind it are not escaped, until the next token says otherwise. */
export const RAW_ON = tokenOf(1);
/** Stands for one U+001B of a value. */
export const ESC_BYTE = tokenOf(2);
/** The id of ESC_BYTE: the one control token that leaves the mode as it is. */
export const ESC_BYTE_ID = 2;
const FIRST_LITERAL_ID = 3;

export class LiteralTable {
  readonly idWidth = ID_WIDTH;
  readonly #entries: Literal[] = [
    { bytes: NOTHING, text: '', mode: 0 },
    { bytes: NOTHING, text: '', mode: 1 },
    { bytes: new Uint8Array([0x1b]), text: ESC, mode: 0 },
  ];
  readonly #tokens = new Map<string, string>();

  /** All pieces in the order of their ids, the control tokens first. Its length grows when templates are compiled. */
  get entries(): readonly Literal[] {
    return this.#entries;
  }

  /** What native code is given to register: the pieces behind the control tokens, which it knows by itself. */
  get literals(): readonly Literal[] {
    return this.#entries.slice(FIRST_LITERAL_ID);
  }

  /** The token of a text with the mode of what follows it; the same pair gives the same token. null when the table is full. */
  token(text: string, mode: LiteralMode): string | null {
    if (text === '') return mode === 1 ? RAW_ON : ESC_ON;
    const key = `${mode}${text}`;
    const known = this.#tokens.get(key);
    if (known !== undefined) return known;
    if (this.#entries.length >= CAPACITY) return null;
    const token = tokenOf(this.#entries.length);
    this.#entries.push({ bytes: Buffer.from(text, 'utf8'), text, mode });
    this.#tokens.set(key, token);
    return token;
  }
}

function tokenOf(id: number): string {
  return ESC + String.fromCharCode(FIRST + Math.floor(id / RADIX), FIRST + (id % RADIX));
}

/** The id of two character codes, -1 when they are none. */
export function idOf(high: number, low: number): number {
  const first = high - FIRST;
  const second = low - FIRST;
  return first >= 0 && first < RADIX && second >= 0 && second < RADIX ? first * RADIX + second : -1;
}
