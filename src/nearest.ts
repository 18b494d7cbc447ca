/** Guessing which known word somebody meant. A leaf: imports nothing. */

/** The known word nearest to `word`, when it is near enough to be a slip of the hand; undefined otherwise. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  return nearest(word, known, Math.max(2, Math.floor(word.length / 3)));
}

/** Names are at most so long to be compared: the cost is that of the product of two lengths. */
const MAX_NAME_LENGTH = 200;
const NAME_SLIPS = 4;

/**
 * The known file name nearest to `name`: one with the same last part in another directory, else one that differs by a slip of
 * the hand. O(known * length * length).
 */
export function suggestName(name: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const last = lastPart(name);
  const elsewhere = names.find((candidate) => lastPart(candidate) === last);
  if (elsewhere !== undefined || name.length > MAX_NAME_LENGTH) return elsewhere;
  return nearest(name, names.filter((candidate) => Math.abs(candidate.length - name.length) <= NAME_SLIPS), NAME_SLIPS);
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).toLowerCase();
}

function nearest(word: string, known: readonly string[], limit: number): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance: insertions, deletions and replacements. O(a * b). */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
