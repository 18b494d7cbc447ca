/** Medians and spreads. Every function ignores null and undefined samples; of none, the result is null. */

export function summarise(values) {
  const sorted = values.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  return { median: medianOfSorted(sorted), min: sorted[0], max: sorted[sorted.length - 1], count: sorted.length };
}

/**
 * The ratio of two servers' medians, and the smallest and largest ratio of the same round: what the machine's mood did.
 * @param {(number | null)[]} numerators one value a round, null where the run failed
 * @param {(number | null)[]} denominators the same rounds
 */
export function ratioOf(numerators, denominators) {
  return compare(numerators, denominators, (a, b) => a / b);
}

/** As ratioOf, for a difference. */
export function differenceOf(left, right) {
  return compare(left, right, (a, b) => a - b);
}

function compare(left, right, operation) {
  const [a, b] = [summarise(left), summarise(right)];
  if (a === null || b === null) return null;
  const rounds = summarise(left.map((value, round) => (isNumber(value) && isNumber(right[round]) ? operation(value, right[round]) : null)));
  return { value: operation(a.median, b.median), min: rounds?.min ?? null, max: rounds?.max ?? null };
}

function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

function medianOfSorted(sorted) {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
