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
import { ESC, ESC_BYTE_ID, idOf, type Literal, type LiteralTable } from './literals.ts';

const ESC_CODE = 0x1b;
const ID_LENGTH = 2;
/** Output bytes of one input byte at most: &quot; */
const MAX_GROWTH = 6;
const SHORT_LITERAL = 24;
const ENTITIES: (Uint8Array | null)[] = new Array<Uint8Array | null>(256).fill(null);
for (const character of '&<>"\'') ENTITIES[character.charCodeAt(0)] = Buffer.from(escapeHtml(character), 'latin1');
/** 0 plain, 1 escaped in escape mode, 2 ESC. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, code) => (code === ESC_CODE ? 2 : ENTITIES[code] === null ? 0 : 1));

let input = Buffer.allocUnsafe(64 * 1024);
let output = Buffer.allocUnsafe(128 * 1024);

/** The page as UTF-8, null when the count guard refuses it or its last token is not at its end. The bytes belong to the caller. Runs to its end without waiting. */
export function assemble(table: LiteralTable, payload: string, tokens: number): Uint8Array | null {
  if (payload !== '' && payload[payload.length - 1 - ID_LENGTH] !== ESC) return null;
  if (input.length < payload.length * 3) input = Buffer.allocUnsafe(payload.length * 4);
  const length = input.write(payload, 0, 'utf8');
  const end = interleave(table.entries, length, tokens);
  return end === -1 ? null : new Uint8Array(output.subarray(0, end));
}

/** Fills `output`; gives its length, or -1 when the guard refuses. */
function interleave(entries: readonly Literal[], length: number, tokens: number): number {
  const source = input;
  let seen = 0;
  let raw = 0;
  let from = 0;
  let to = 0;
  reserve(0, length * MAX_GROWTH);
  let target = output;
  while (from < length) {
    const byte = source[from++] as number;
    const kind = CLASSES[byte] as number;
    if (kind === 0 || (kind === 1 && raw === 1)) {
      target[to++] = byte;
    } else if (kind === 1) {
      const entity = ENTITIES[byte] as Uint8Array;
      for (let i = 0; i < entity.length; i++) target[to++] = entity[i] as number;
    } else {
      const id = from + 1 < length ? idOf(source[from] as number, source[from + 1] as number) : -1;
      const literal = entries[id];
      if (literal === undefined || ++seen > tokens) return -1;
      from += ID_LENGTH;
      if (id !== ESC_BYTE_ID) raw = literal.mode;
      const size = literal.bytes.length;
      if (target.length - to < size + (length - from) * MAX_GROWTH) target = reserve(to, size + (length - from) * MAX_GROWTH);
      copyLiteral(literal.bytes, target, to);
      to += size;
    }
  }
  return seen === tokens ? to : -1;
}

function copyLiteral(bytes: Uint8Array, target: Uint8Array, to: number): void {
  if (bytes.length > SHORT_LITERAL) return target.set(bytes, to);
  for (let i = 0; i < bytes.length; i++) target[to + i] = bytes[i] as number;
}

/** Makes room behind `used` bytes of the output and gives the buffer, which may be another one. */
function reserve(used: number, room: number): Buffer<ArrayBuffer> {
  if (output.length - used < room) {
    const larger = Buffer.allocUnsafe((used + room) * 2);
    larger.set(output.subarray(0, used));
    output = larger;
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
