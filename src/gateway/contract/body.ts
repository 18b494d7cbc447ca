/** What an application may answer with. */

/**
 * Bytes that the server owns, for bodies that are sent often: made by `staticBody(bytes)`, sent without a copy from any
 * thread. Opaque.
 */
export interface StaticBody {
  readonly byteLength: number;
  readonly nativeId: number;
}

/** The literals of a set of templates, in native memory: made by definePageTable(). Opaque. */
export interface PageTable {
  readonly nativeId: number;
}

/**
 * A page as a compiled template gathers it: its values, and between them the numbers of its literals, in the form of
 * native/template/payload.h. The server escapes the values and puts the literals in while it writes the answer.
 */
export class GatheredPage {
  readonly table: PageTable;
  /** How many tokens the template wrote: a payload with another number has ESC in a value and is refused. */
  readonly tokens: number;
  /** Renders the same page with ESC in values written as ESC_BYTE tokens: asked for when the page is refused. null: it is that page. */
  readonly strict: (() => GatheredPage) | null;
  /** Answer a 200 to GET or HEAD with a weak entity-tag, and with 304 when the client has the page. */
  readonly etag: boolean;
  readonly #payload: string | Uint8Array;

  constructor(
    table: PageTable,
    payload: string | Uint8Array,
    tokens: number,
    strict: (() => GatheredPage) | null = null,
    etag = false,
  ) {
    this.table = table;
    this.#payload = payload;
    this.tokens = tokens;
    this.strict = strict;
    this.etag = etag;
  }

  /** Text, or its UTF-8, which nobody changes any more. Ends with a token. null when it is gone: strict() makes the page again. */
  get payload(): string | Uint8Array | null {
    return this.#payload;
  }

  /** The payload where it is now: it may be another page's when another one is gathered. */
  get source(): string | Uint8Array | null {
    return this.payload;
  }

  /** How many bytes of `source` are the payload; undefined: all. */
  get sourceBytes(): number | undefined {
    return undefined;
  }

  /** The page was answered with: its payload may go. */
  sent(): void {}
}

/** One piece of a streamed body. */
export type BodyPiece = string | Uint8Array | GatheredPage;

/**
 * A response body. Text is sent as UTF-8. Bytes are copied before respond returns. An async iterable is streamed: its next
 * piece is asked for when the client has taken enough of the last ones; leaving early calls its return().
 */
export type ResponseBody = string | Uint8Array | StaticBody | GatheredPage | AsyncIterable<BodyPiece> | null;
