/** Functions that every template has: range, dict, namespace, cycler, joiner. */
import { Fault } from './faults.ts';
import { Namespace } from './namespace.ts';
import { numberOf } from './operators.ts';

const MAX_RANGE = 1_000_000;

/** range(end), range(start, end), range(start, end, step): as in Python. */
function range(...bounds: unknown[]): number[] {
  const [start, end] = bounds.length === 1 ? [0, numberOf(bounds[0])] : [numberOf(bounds[0]), numberOf(bounds[1])];
  const step = bounds.length > 2 ? numberOf(bounds[2]) : 1;
  const count = Math.ceil((end - start) / step);
  if (step === 0 || Number.isNaN(count)) throw new Fault('range() needs numbers, and a step that is not 0');
  if (count > MAX_RANGE) throw new Fault(`range() of ${count} numbers is more than ${MAX_RANGE}`);
  return Array.from({ length: Math.max(0, count) }, (_, index) => start + index * step);
}

/** cycler('a', 'b'): next() goes round, current() looks, reset() begins anew. */
class Cycler {
  readonly #values: readonly unknown[];
  #index = 0;

  constructor(values: readonly unknown[]) {
    this.#values = values;
  }

  next(): unknown {
    const value = this.#values[this.#index];
    this.#index = (this.#index + 1) % this.#values.length;
    return value;
  }

  get current(): unknown {
    return this.#values[this.#index];
  }

  reset(): string {
    this.#index = 0;
    return '';
  }
}

/** joiner(', '): nothing when it is first called, the separator from then on. */
function joiner(separator: unknown = ', '): () => unknown {
  let isFirst = true;
  return () => {
    const value = isFirst ? '' : separator;
    isFirst = false;
    return value;
  };
}

export const DEFAULT_GLOBALS: Readonly<Record<string, (...args: never[]) => unknown>> = {
  range,
  dict: (values: object = {}) => ({ ...values }),
  namespace: (values: object = {}) => new Namespace(Object.entries(values)),
  cycler: (...values: unknown[]) => new Cycler(values),
  joiner,
};
