/**
 * The head of one part of a multipart form (RFC 7578 4.2 to 4.8). Any thread.
 */
import { decodeExactly } from '../content/interpret.ts';
import { BadRequest } from '../errors.ts';
import { percentDecodeBytes } from '../content/form-decoding.ts';
import { type MediaType, parseMediaType } from '../content/media-type.ts';
import { parseParameters } from '../content/parameters.ts';
import { TOKEN } from '../token.ts';

export interface PartHead {
  /** Name of the form's field. */
  readonly name: string;
  /** As the client gave it; undefined for a part that is no file, "" for a file input without a choice. */
  readonly fileName: string | undefined;
  /** null without a Content-Type. */
  readonly type: MediaType | null;
}

/** The codings that leave content as it is (RFC 7578 4.7). */
const PLAIN_CODINGS = new Set(['7bit', '8bit', 'binary']);
const FORM_DATA = /^form-data(?=[ \t]*(?:;|$))/i;
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
const WHAT = 'The multipart form is malformed:';

/** Field lines without the empty line behind them. 400 for lines that are none and for what a form's part must have. */
export function parsePartHead(block: Uint8Array): PartHead {
  const fields = parseFields(decodeExactly(block, 'The head of a part of the multipart form'));
  const coding = fields.get('content-transfer-encoding');
  if (coding !== undefined && !PLAIN_CODINGS.has(coding.toLowerCase())) {
    throw new BadRequest(`${WHAT} a part is sent as Content-Transfer-Encoding ${JSON.stringify(coding.slice(0, 40))}; expected binary`);
  }
  return { ...parseDisposition(fields.get('content-disposition')), type: parseType(fields.get('content-type')) };
}

/** By lower-case name. A field that is given twice is refused: readers would not agree which one counts. */
function parseFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text === '' ? [] : text.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (!TOKEN.test(name) || CONTROL.test(line)) {
      throw new BadRequest(`${WHAT} a part has the line ${JSON.stringify(line.slice(0, 80))} in its head`);
    }
    if (fields.has(name)) throw new BadRequest(`${WHAT} a part has two fields ${name}`);
    fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

function parseDisposition(value: string | undefined): Pick<PartHead, 'name' | 'fileName'> {
  const kind = value === undefined ? null : FORM_DATA.exec(value);
  if (value === undefined || kind === null) throw new BadRequest(`${WHAT} a part has no Content-Disposition: form-data`);
  const parameters = parseParameters(value, kind[0].length);
  if (parameters === undefined) throw new BadRequest(`${WHAT} a part has the Content-Disposition ${JSON.stringify(value.slice(0, 80))}`);
  const name = parameters.get('name');
  if (name === undefined) throw new BadRequest(`${WHAT} a part has no name`);
  return { name: unescaped(name), fileName: fileNameOf(parameters) };
}

function fileNameOf(parameters: ReadonlyMap<string, string>): string | undefined {
  const plain = parameters.get('filename');
  if (plain !== undefined) return unescaped(plain);
  const extended = parameters.get('filename*');
  return extended === undefined ? undefined : decodeExtended(extended);
}

/** Browsers escape these three, and no others (WHATWG HTML, multipart/form-data encoding algorithm). */
function unescaped(text: string): string {
  return text.replace(/%22/g, '"').replace(/%0D/gi, '\r').replace(/%0A/gi, '\n');
}

/** RFC 8187: UTF-8'language'percent-encoded. RFC 7578 4.2 forbids it, and older clients send nothing else for names beyond ASCII. */
function decodeExtended(value: string): string {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(value)?.[1];
  if (encoded === undefined) throw new BadRequest(`${WHAT} a part has the filename* ${JSON.stringify(value.slice(0, 80))}`);
  return decodeExactly(percentDecodeBytes(Buffer.from(encoded, 'latin1')), 'A file name of the multipart form');
}

function parseType(value: string | undefined): MediaType | null {
  if (value === undefined || value === '') return null;
  const type = parseMediaType(value);
  if (type === undefined) throw new BadRequest(`${WHAT} a part has the Content-Type ${JSON.stringify(value.slice(0, 80))}`);
  return type;
}
