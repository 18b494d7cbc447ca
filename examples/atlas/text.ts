/** Comparing text the way people search: case and accents do not matter. Pure functions. */

/** A piece of a text; the marked pieces are what a search found. */
export interface Segment {
  text: string;
  marked: boolean;
}

/** Letters whose accent Unicode does not decompose. */
const PLAIN: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i', ħ: 'h', æ: 'ae', œ: 'oe', ß: 'ss', þ: 'th', '’': "'", ʻ: "'" };

/** Lower case without accents. */
export function fold(text: string): string {
  return [...text].map(foldCharacter).join('');
}

function foldCharacter(character: string): string {
  const bare = character.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return PLAIN[bare] ?? bare;
}

/** Splits `text` around every place where it matches `wanted`, which is already folded. */
export function highlight(text: string, wanted: string): Segment[] {
  // Folding changes lengths, so each folded unit remembers the character that it came from.
  const characters = [...text];
  const origins: number[] = [];
  let folded = '';
  for (const [position, character] of characters.entries()) {
    const plain = foldCharacter(character);
    folded += plain;
    for (let i = 0; i < plain.length; i++) origins.push(position);
  }
  const segments: Segment[] = [];
  let done = 0;
  const push = (end: number, marked: boolean) => {
    if (end > done) segments.push({ text: characters.slice(done, end).join(''), marked });
    done = Math.max(done, end);
  };
  for (let at = folded.indexOf(wanted); wanted !== '' && at !== -1; at = folded.indexOf(wanted, at + wanted.length)) {
    push(origins[at] ?? 0, false);
    push((origins[at + wanted.length - 1] ?? 0) + 1, true);
  }
  push(characters.length, false);
  return segments;
}

/** Count of single-character edits between two texts (Levenshtein), each looked at for at most 60 characters. */
export function editDistance(a: string, b: string): number {
  const from = [...a.slice(0, 60)];
  const to = [...b.slice(0, 60)];
  let row = to.map((_, index) => index + 1);
  for (const [i, character] of from.entries()) {
    let diagonal = i;
    let left = i + 1;
    row = row.map((above, j) => {
      const value = Math.min(above + 1, left + 1, diagonal + (character === to[j] ? 0 : 1));
      diagonal = above;
      left = value;
      return value;
    });
  }
  return row.at(-1) ?? from.length;
}
