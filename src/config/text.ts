/** Words of configuration messages: showing a value that somebody wrote, and guessing what they meant. */

const SHOWN_CHARACTERS = 60;

/** A value as it may stand in a message: one line, at most about 60 characters, control characters escaped. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return `a function${value.name === '' ? '' : ` (${bounded(value.name)})`}`;
  if (typeof value === 'bigint' || typeof value === 'symbol') return bounded(String(value));
  if (typeof value === 'number') return String(value);
  try {
    return bounded(JSON.stringify(value) ?? typeof value);
  } catch {
    return Array.isArray(value) ? 'an array' : 'an object';
  }
}

function bounded(text: string): string {
  const escaped = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped.length <= SHOWN_CHARACTERS ? escaped : `${escaped.slice(0, SHOWN_CHARACTERS)}...`;
}

/** The known word nearest to `word`, when it is near enough to be a slip of the hand; undefined otherwise. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
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
