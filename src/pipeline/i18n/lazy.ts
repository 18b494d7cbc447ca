/** Messages that are translated when they are shown. Immutable. */

/** What the lazy functions give: a text in the language of whoever reads it. Templates, JSON and String() read it. */
export class LazyTranslation {
  readonly #translate: () => string;

  constructor(translate: () => string) {
    this.#translate = translate;
  }

  toString(): string {
    return this.#translate();
  }

  toJSON(): string {
    return this.#translate();
  }
}
