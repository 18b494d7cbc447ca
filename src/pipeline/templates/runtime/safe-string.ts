/**
 * Text that is marked as fit for a place. Any thread; immutable.
 */

/** Markup that needs no escaping in HTML: what |safe, linebreaks or a captured piece of a template give. */
export class SafeString {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  /** As JSON it is plain text. */
  toJSON(): string {
    return this.#text;
  }

  get length(): number {
    return this.#text.length;
  }
}

/**
 * Text that is encoded for scripts: an expression (what |tojson gives) or the inside of a string in quotes (|escapejs). Everywhere else it
 * is escaped as any text is.
 */
export class ScriptText {
  readonly #text: string;
  readonly form: 'expression' | 'string';

  constructor(text: string, form: 'expression' | 'string') {
    this.#text = text;
    this.form = form;
  }

  toString(): string {
    return this.#text;
  }
}

/** Marks text as HTML that needs no escaping. Only for text that you made, or cleaned, yourself. */
export function markSafe(text: string): SafeString {
  return new SafeString(text);
}
