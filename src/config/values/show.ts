/** Words of configuration messages: showing a value that somebody wrote. */

const SHOWN_CHARACTERS = 60;
/** What named() puts in their place, as JSON writes it. */
const UNDEFINED = '"\\u0000undefined"';

/** A value as it may stand in a message: one line, at most about 60 characters, control characters escaped. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return `a function${value.name === '' ? '' : ` (${bounded(value.name)})`}`;
  if (typeof value === 'bigint' || typeof value === 'symbol') return bounded(String(value));
  if (typeof value === 'number') return String(value);
  try {
    return bounded(JSON.stringify(value, named)?.replaceAll(UNDEFINED, 'undefined') ?? typeof value);
  } catch {
    return Array.isArray(value) ? 'an array' : 'an object';
  }
}

/** Members that JSON leaves out: a variable that is not set, which is often the mistake. */
function named(_key: string, value: unknown): unknown {
  return value === undefined ? '\0undefined' : value;
}

function bounded(text: string): string {
  const escaped = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped.length <= SHOWN_CHARACTERS ? escaped : `${escaped.slice(0, SHOWN_CHARACTERS)}...`;
}
