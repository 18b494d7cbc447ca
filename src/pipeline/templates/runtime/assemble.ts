/**
 * From a gathered page to its bytes, without native code: for inject(), streams, captured pieces, and as the oracle that the
 * native assembler is tested against. The result is the same byte for byte.
 *
 *   payload   value ESC id value ESC id ... value ESC id
 *   result    value, escaped or not by the mode of the token before it, then the literal of the id, and so on
 *
 * The count guard: a payload has as many ESC as tokens were written, plus one for each U+001B in a value. Only when the counts
 * agree is every ESC a token; otherwise the page must be rendered again in strict mode, which writes ESC_BYTE for them.
 */
import { escapeHtml } from './escape.ts';
import { ESC, ESC_BYTE_ID, idOf, type Literal, type LiteralTable, PLACE } from './literals.ts';

const ESC_CODE = 0x1b;
const ID_LENGTH = 2;
/** Output bytes of one input byte at most: &quot; */
const MAX_GROWTH = 6;
/** Longer literals are copied by a call, which costs as much as this many bytes in words. */
const SHORT = 128;
const WORD = 4;
const ENTITIES: (Uint8Array | null)[] = new Array<Uint8Array | null>(256).fill(null);
for (const character of '&<>"\'') ENTITIES[character.charCodeAt(0)] = Buffer.from(escapeHtml(character), 'latin1');
/** 0 plain, 1 escaped in escape mode, 2 ESC. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, code) => (code === ESC_CODE ? 2 : ENTITIES[code] === null ? 0 : 1));

/** Pages share blocks of this size: memory of their own would cost more than all their bytes. */
const BLOCK = 64 * 1024;

let input = Buffer.allocUnsafe(BLOCK);
let output = new Uint8Array(BLOCK);
/** Of `output`: for whole words, at any offset. */
let outputWords = new DataView(output.buffer);
/** Bytes of `output` that belong to finished pages. */
let used = 0;

/**
 * The page as UTF-8, null when the count guard refuses it or its last token is not at its end. The bytes belong to the caller.
 * `size`: how many bytes of a payload in bytes count, when not all do.
 */
export function assemble(table: LiteralTable, payload: string | Uint8Array, tokens: number, size?: number): Uint8Array | null {
  const source = typeof payload === 'string' ? encoded(payload) : payload;
  const length = size ?? source.length;
  if (length > 0 && source[length - 1 - ID_LENGTH] !== ESC_CODE) return null;
  const end = interleave(table, source, length, tokens);
  if (end === -1) return null;
  const page = output.subarray(used, end);
  used = end;
  return page;
}

/** Good until the next call. */
function encoded(payload: string): Uint8Array {
  if (input.length < payload.length * 3) input = Buffer.allocUnsafe(payload.length * 4);
  return input.subarray(0, input.write(payload, 0, 'utf8'));
}

/**
 * Fills `output` from a payload that ends with a token; gives the end of the page, or -1 when the guard refuses. Only tokens need
 * to look for the end, because nothing but a token is there.
 */
function interleave(table: LiteralTable, source: Uint8Array, length: number, tokens: number): number {
  const classes = CLASSES;
  const { count, places, words } = table.packed;
  let target = reserve(used, length * MAX_GROWTH);
  let targetWords = outputWords;
  let to = used;
  let seen = 0;
  let raw = false;
  for (let from = 0; from < length;) {
    let byte = source[from++] as number;
    while (classes[byte] === 0) {
      target[to++] = byte;
      byte = source[from++] as number;
    }
    if (byte !== ESC_CODE) {
      if (raw) target[to++] = byte;
      else to = copyEntity(ENTITIES[byte] as Uint8Array, target, to);
      continue;
    }
    const id = from + 1 < length ? idOf(source[from] as number, source[from + 1] as number) : -1;
    if (id < 0 || id >= count || ++seen > tokens) return -1;
    from += ID_LENGTH;
    if (id !== ESC_BYTE_ID) raw = (places[id * PLACE + 2] as number) === 1;
    const size = places[id * PLACE] as number;
    const room = size + WORD + (length - from) * MAX_GROWTH;
    if (target.length - to < room) {
      const written = to - used;
      target = reserve(to, room);
      targetWords = outputWords;
      to = used + written;
    }
    if (size > SHORT) target.set((table.entries[id] as Literal).bytes, to);
    else for (let i = 0, word = places[id * PLACE + 1] as number; i < size; i += WORD) targetWords.setInt32(to + i, words[word++] as number, true);
    to += size;
  }
  return seen === tokens ? to : -1;
}

/** Copies and gives the place behind; a loop is faster than a call for a few bytes. */
function copyEntity(bytes: Uint8Array, target: Uint8Array, to: number): number {
  for (let i = 0; i < bytes.length; i++) target[to + i] = bytes[i] as number;
  return to + bytes.length;
}

/** Makes room behind a page that has reached `to`. Where there is none, the page moves to the beginning of a new block. */
function reserve(to: number, room: number): Uint8Array {
  if (output.length - to < room) {
    const begun = output.subarray(used, to);
    output = new Uint8Array(Math.max(BLOCK, (begun.length + room) * 2));
    outputWords = new DataView(output.buffer);
    output.set(begun);
    used = 0;
  }
  return output;
}

/** The same as a string: for pieces that a template goes on working with. null when the count guard refuses. */
export function assembleText(table: LiteralTable, payload: string, tokens: number): string | null {
  const pieces = payload.split(ESC);
  if (pieces.length - 1 !== tokens) return null;
  let text = escapeHtml(pieces[0] as string);
  let raw = false;
  for (let i = 1; i < pieces.length; i++) {
    const piece = pieces[i] as string;
    const id = idOf(piece.charCodeAt(0), piece.charCodeAt(1));
    const literal = table.entries[id];
    if (literal === undefined) return null;
    if (id !== ESC_BYTE_ID) raw = literal.mode === 1;
    const value = piece.slice(ID_LENGTH);
    text += literal.text + (raw ? value : escapeHtml(value));
  }
  return text;
}
