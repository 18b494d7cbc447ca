/**
 * Where in a script a piece of text ends. A template's script is text with gaps; what may stand in a gap depends on whether it is
 * code or the inside of a string.
 *
 * DESIGN: this is no JavaScript parser. It follows strings and comments, and gives up ("unknown") where following them would
 * need one: inside of template literals, and behind a "/" that could begin a regular expression and is followed by quotes on its line.
 * Outputs in an unknown place are refused when the template is compiled, so a wrong guess cannot become an injection.
 */

export type ScriptPlace = 'code' | "'" | '"' | '`' | 'line comment' | 'block comment' | 'unknown';

/** The place behind `text`, which begins at `place`. Pure. */
export function advanceScript(place: ScriptPlace, text: string): ScriptPlace {
  let at = 0;
  let current = place;
  while (at < text.length && current !== 'unknown') {
    const step = current === 'code' ? stepInCode(text, at) : stepInside(current, text, at);
    current = step.place;
    at = step.at;
  }
  return current;
}

interface Step {
  readonly place: ScriptPlace;
  readonly at: number;
}

function stepInCode(text: string, at: number): Step {
  const character = text[at] as string;
  if (character === '"' || character === "'" || character === '`') return { place: character, at: at + 1 };
  if (character !== '/') return { place: 'code', at: at + 1 };
  if (text[at + 1] === '/') return { place: 'line comment', at: at + 2 };
  if (text[at + 1] === '*') return { place: 'block comment', at: at + 2 };
  // Division or a regular expression. With no quote and no comment over lines before the line ends, both end as code there.
  const end = endOfLine(text, at + 1);
  const isHarmless = end !== -1 && !/["'`]|\/\*/.test(text.slice(at + 1, end));
  return isHarmless ? { place: 'code', at: end } : { place: 'unknown', at };
}

function stepInside(place: ScriptPlace, text: string, at: number): Step {
  if (place === 'line comment') {
    const end = endOfLine(text, at);
    return end === -1 ? { place, at: text.length } : { place: 'code', at: end };
  }
  if (place === 'block comment') {
    const end = text.indexOf('*/', at);
    if (end === -1) return { place: text.endsWith('*') ? 'unknown' : place, at: text.length };
    return { place: 'code', at: end + 2 };
  }
  const character = text[at];
  // A gap behind a backslash, or ${ in a template literal, is more than we follow.
  if (character === '\\') return at + 1 < text.length ? { place, at: at + 2 } : { place: 'unknown', at };
  if (place === '`' && character === '$' && text[at + 1] === '{') return { place: 'unknown', at };
  if (place !== '`' && character === '\n') return { place: 'code', at: at + 1 };
  return { place: character === place ? 'code' : place, at: at + 1 };
}

function endOfLine(text: string, from: number): number {
  const found = /[\n\r\u2028\u2029]/.exec(text.slice(from));
  return found === null ? -1 : from + found.index;
}
