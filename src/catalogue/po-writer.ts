/** Writes .po files as msgmerge does, but that lines are broken at line ends alone: what did not change stays as it is. Pure. */
import type { PoEntry } from './po-entry.ts';
import { quote } from './po-string.ts';

/** A message with the places that have it: "templates/home.html:3". */
export interface PlacedEntry extends PoEntry {
  readonly references: readonly string[];
}

/** The text of a catalogue: the header, then the messages in their order, then those that are obsolete. */
export function printPo(header: PoEntry, entries: readonly PlacedEntry[]): string {
  const inUse = entries.filter(({ isObsolete }) => !isObsolete);
  const others = entries.filter(({ isObsolete }) => isObsolete);
  return [{ ...header, references: [] }, ...inUse, ...others].map(printEntry).join('\n');
}

function printEntry({ context, id, plural, texts, flags, notes, references, isObsolete }: PlacedEntry): string {
  const comments = [...notes.map((note) => `# ${note}`.trimEnd()), ...references.map((place) => `#: ${place}`), ...(flags.length === 0 ? [] : [`#, ${flags.join(', ')}`])];
  const strings = [
    ...(context === undefined ? [] : printString('msgctxt', context)),
    ...printString('msgid', id),
    ...(plural === undefined ? [] : printString('msgid_plural', plural)),
    ...texts.flatMap((text, index) => printString(plural === undefined ? 'msgstr' : `msgstr[${index}]`, text)),
  ];
  return [...comments, ...strings.map((line) => (isObsolete ? `#~ ${line}` : line)), ''].join('\n');
}

/** On one line, or, where the text has several, one below the other. */
function printString(keyword: string, text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  return lines.length === 1 ? [`${keyword} ${quote(text)}`] : [`${keyword} ""`, ...lines.map(quote)];
}
