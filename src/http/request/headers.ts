/**
 * The fields of a request, decoded from the gateway when they are read. Belongs to the request's thread.
 */
import type { GatewayRequest } from '../../gateway/contract.ts';

/** Names that were asked for, in lower case: it takes longer than finding the field. They are words of programs, so a few suffice. */
const lowerCased = new Map<string, string>();
const MOST_NAMES = 256;

/** The fields of a request, by lower-case name. Read-only. */
export class RequestHeaders {
  readonly #request: GatewayRequest;

  constructor(request: GatewayRequest) {
    this.#request = request;
  }

  /** Value by name, in any case. Several lines are joined with ", " (RFC 9110 5.3). undefined when absent. */
  get(name: string): string | undefined {
    return this.#request.field(lowerCase(name));
  }

  has(name: string): boolean {
    return this.#request.field(lowerCase(name)) !== undefined;
  }

  /** Each field line [lower-case name, value] as sent, in order. */
  *entries(): IterableIterator<[string, string]> {
    const flat = this.#request.rawFields();
    for (let i = 0; i + 1 < flat.length; i += 2) yield [(flat[i] as string).toLowerCase(), flat[i + 1] as string];
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

function lowerCase(name: string): string {
  const known = lowerCased.get(name);
  if (known !== undefined) return known;
  const made = name.toLowerCase();
  if (lowerCased.size < MOST_NAMES) lowerCased.set(name, made);
  return made;
}
