/** What an application answers (G16 to G19, G24), looked at before the server sees it. */
import { type BodyPiece, type FlatFields, GatheredPage, Head, type ResponseBody } from '../contract.ts';
import { checkedFields } from '../inject/field-check.ts';
import { ContractViolation, type Report, shown } from './violation.ts';

/** Lines with these names are dropped, so an application that sends them means something that does not happen. */
const OWNED = new Set(['connection', 'transfer-encoding', 'keep-alive', 'upgrade', 'trailer', 'proxy-connection', 'date', 'server']);

/** Looks at an answer and gives the body to send in its place: the same, or a stream that is counted. */
export function checkAnswer(status: number, fields: FlatFields | Head, body: ResponseBody, report: Report): ResponseBody {
  const broken = (rule: string, problem: string): void => report(new ContractViolation('application', rule, problem));
  const flat = checkHead(status, fields, broken);
  if (body === null || typeof body === 'string' || body instanceof Uint8Array || body instanceof GatheredPage) return body;
  if (typeof body !== 'object') {
    broken('G18', `the body is ${shown(body)}; expected text, a Uint8Array, staticBody(), an async iterable or null`);
    return body;
  }
  if (Symbol.asyncIterator in body) return new CheckedStream(body, declaredLength(flat), broken);
  if (typeof body.nativeId !== 'number') broken('G18', `the body is ${shown(body)}; expected text, a Uint8Array, staticBody(), an async iterable or null`);
  return body;
}

function checkHead(status: number, fields: FlatFields | Head, broken: (rule: string, problem: string) => void): FlatFields {
  if (!(fields instanceof Head) && !Array.isArray(fields)) {
    broken('G17', `fields is ${shown(fields)}; expected [name, value, ...] or defineHead([...])`);
    return [];
  }
  let flat: FlatFields = [];
  try {
    flat = checkedFields(status, fields);
  } catch (error) {
    broken('G16', (error as Error).message);
  }
  for (let i = 0; i < flat.length; i += 2) {
    const name = String(flat[i]).toLowerCase();
    if (typeof flat[i + 1] !== 'string') broken('G17', `the value of the field '${name}' is ${shown(flat[i + 1])}; expected text`);
    if (OWNED.has(name)) broken('G19', `the field '${name}' is the server's; it is dropped`);
    if (name === 'content-length' && !/^[0-9]{1,15}$/.test(String(flat[i + 1]))) broken('G19', `content-length is ${shown(flat[i + 1])}; expected a number`);
  }
  return flat;
}

function declaredLength(flat: FlatFields): number | null {
  for (let i = 0; i + 1 < flat.length; i += 2) if (flat[i]?.toLowerCase() === 'content-length') return Number(flat[i + 1]);
  return null;
}

/** A streamed body: its pieces are of the right kind and as long as announced. Not a generator: return() must reach the body before next(). */
class CheckedStream implements AsyncIterableIterator<BodyPiece> {
  readonly #inner: AsyncIterator<BodyPiece>;
  readonly #declared: number | null;
  readonly #broken: (rule: string, problem: string) => void;
  #sent = 0;

  constructor(body: AsyncIterable<BodyPiece>, declared: number | null, broken: (rule: string, problem: string) => void) {
    this.#inner = body[Symbol.asyncIterator]();
    this.#declared = declared;
    this.#broken = broken;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<BodyPiece>> {
    const result = await this.#inner.next();
    if (result.done === true) {
      if (this.#declared !== null && this.#sent < this.#declared) this.#broken('G24', `the stream ended after ${this.#sent} of ${this.#declared} bytes`);
      return result;
    }
    this.#count(result.value);
    return result;
  }

  async return(): Promise<IteratorResult<BodyPiece>> {
    await this.#inner.return?.();
    return { done: true, value: undefined };
  }

  #count(piece: BodyPiece): void {
    if (piece instanceof GatheredPage) return;
    if (typeof piece !== 'string' && !(piece instanceof Uint8Array)) return this.#broken('G18', `a piece of the stream is ${shown(piece)}; expected text or a Uint8Array`);
    const before = this.#sent;
    this.#sent += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.byteLength;
    if (this.#declared !== null && before <= this.#declared && this.#sent > this.#declared) this.#broken('G24', `the stream is longer than its ${this.#declared} bytes`);
  }
}
