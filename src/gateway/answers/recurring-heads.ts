/**
 * Field lists that come again are registered as defineHead() would have: what was checked and encoded once is not joined, encoded
 * and checked for every answer. One for each attached thread.
 *
 * DESIGN: few and bounded. A list has a place while it waits to come again, and its copy is compared text by text, which for
 * constants is a comparison of pointers. Registrations last as long as their thread, so there are no more than MOST_REGISTERED; an
 * application whose lists never come again is asked only now and then.
 */
import type { FlatFields } from '../contract/head.ts';

const MOST_REGISTERED = 8;
const CANDIDATES = 4;
/** So often in a row a list must come, with none but its fellow candidates in between. */
const USES = 3;
/** Longer lists are those of adapters, which carry lengths and dates. */
const MOST_TEXTS = 24;
/** After so many answers without a known list only one in LOOK_EVERY is looked at. */
const PATIENCE = 64;
const LOOK_EVERY = 32;

interface Candidate {
  readonly fields: FlatFields;
  uses: number;
}

interface Known {
  readonly fields: FlatFields;
  readonly registration: number;
}

export class RecurringHeads {
  readonly #register: (fields: FlatFields) => number;
  readonly #known: Known[] = [];
  readonly #candidates: Candidate[] = [];
  #nextCandidate = 0;
  #misses = 0;

  /** `register` gives the registration of a list, 0 where there is no room for one. Throws for fields that no answer may have. */
  constructor(register: (fields: FlatFields) => number) {
    this.#register = register;
  }

  /** The registration of these fields, 0 where they have none. Errors are those of registering. */
  find(fields: FlatFields): number {
    if (fields.length > MOST_TEXTS) return 0;
    if (this.#misses > PATIENCE && this.#misses++ % LOOK_EVERY !== 0) return 0;
    for (const { fields: known, registration } of this.#known) {
      if (isSame(known, fields)) {
        this.#misses = 0;
        return registration;
      }
    }
    this.#misses++;
    return this.#known.length < MOST_REGISTERED ? this.#consider(fields) : 0;
  }

  #consider(fields: FlatFields): number {
    for (const candidate of this.#candidates) {
      if (!isSame(candidate.fields, fields)) continue;
      if (++candidate.uses < USES) return 0;
      const registration = this.#register(candidate.fields);
      if (registration !== 0) this.#known.push({ fields: candidate.fields, registration });
      return registration;
    }
    this.#candidates[this.#nextCandidate] = { fields: [...fields], uses: 1 };
    this.#nextCandidate = (this.#nextCandidate + 1) % CANDIDATES;
    return 0;
  }
}

function isSame(a: FlatFields, b: FlatFields): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
