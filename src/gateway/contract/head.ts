/**
 * Fields of answers: a flat list, or a block that is made once. A part of contract.ts, which exports it.
 */

/** name, value, name, value... Values one char a byte. Content-Length, Transfer-Encoding, Connection, Date are the server's. */
export type FlatFields = readonly string[];

/**
 * A field block that is checked and encoded once and reused for many responses: defineHead(['content-type', 'text/plain']).
 * The cheapest way to answer. `head.with([...])` sends it with lines of one response behind it.
 */
export class Head {
  /** The head whose block this one begins with: only `added` is encoded anew. null: this is a block of its own. */
  readonly base: Head | null;
  /** The lines behind the base. */
  readonly added: FlatFields;
  /** The gateway's registration in this thread: 0 until first used. Of heads without a base. */
  registration = 0;
  #fields: FlatFields | null = null;
  #lowerCased: FlatFields | null = null;
  /** By the list that was merged in: those lists are constants of middlewares. */
  #merged: Map<FlatFields, Head> | null = null;

  constructor(fields: FlatFields, base: Head | null = null) {
    if (fields.length % 2 !== 0) throw new TypeError('defineHead(): the fields are not pairs of name and value');
    this.base = base;
    this.added = fields;
  }

  get fields(): FlatFields {
    if (this.base === null) return this.added;
    return (this.#fields ??= [...this.base.fields, ...this.added]);
  }

  /** The same with lower-case names: what a response begins with that changes some. */
  get lowerCased(): FlatFields {
    return (this.#lowerCased ??= this.fields.map((text, index) => (index % 2 === 0 ? text.toLowerCase() : text)));
  }

  /** "name: value\r\n"... */
  get block(): string {
    return blockOf(this.fields);
  }

  /** This head with more lines behind it, for one response. TypeError for a list that is no pairs. */
  with(fields: FlatFields): Head {
    return this.base === null ? new Head(fields, this) : new Head([...this.added, ...fields], this.base);
  }

  /**
   * A reusable head with those lines of `fields` besides whose names this one does not have. The same for the same list: for
   * constants only. `fields` has lower-case names.
   */
  mergedWith(fields: FlatFields): Head {
    const known = this.#merged?.get(fields);
    if (known !== undefined) return known;
    const names = new Set(this.lowerCased.filter((_text, index) => index % 2 === 0));
    const missing = fields.filter((_text, index) => !names.has(fields[index - (index % 2)] as string));
    const merged = new Head([...this.fields, ...missing]);
    this.#merged ??= new Map();
    this.#merged.set(fields, merged);
    return merged;
  }
}

/** Makes a reusable field block. Keep it in a module constant. TypeError for what is no list. */
export function defineHead(fields: FlatFields): Head {
  if (!Array.isArray(fields)) throw new TypeError('defineHead(): expected a flat list, [name, value, name, value]');
  return new Head(fields);
}

/** The wire form of a field list, which nothing has checked. */
export function blockOf(fields: FlatFields): string {
  let block = '';
  for (let i = 0; i + 1 < fields.length; i += 2) block += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return block;
}
