/** What a .po file holds, after the manual of GNU gettext ("The Format of PO Files"). Types, and the keys of messages. */

/** One message of a catalogue. */
export interface PoEntry {
  /** msgctxt; undefined without one. */
  readonly context: string | undefined;
  readonly id: string;
  /** msgid_plural; undefined for a message of one form. */
  readonly plural: string | undefined;
  /** msgstr, or msgstr[0] onwards. Empty texts are not translated. */
  readonly texts: readonly string[];
  /** Words behind "#,": fuzzy, python-format. */
  readonly flags: readonly string[];
  /** Lines of translators behind "#". */
  readonly notes: readonly string[];
  /** Behind "#~": no source has it any more. */
  readonly isObsolete: boolean;
  /** Of its msgid, from 1. */
  readonly line: number;
}

export interface PoFile {
  readonly entries: readonly PoEntry[];
  /** The message "", which says how to read the others; null without one. */
  readonly header: PoEntry | null;
}

/** Between context and msgid, as in compiled catalogues of gettext. */
const CONTEXT_END = '\x04';

/** What tells a message from all others. */
export function messageKey(context: string | undefined, id: string): string {
  return context === undefined ? id : `${context}${CONTEXT_END}${id}`;
}

/** A field of the header: headerField(header, 'Plural-Forms'). Names go without case. */
export function headerField(header: PoEntry | null, name: string): string | undefined {
  for (const line of header?.texts[0]?.split('\n') ?? []) {
    const colon = line.indexOf(':');
    if (colon !== -1 && line.slice(0, colon).trim().toLowerCase() === name.toLowerCase()) return line.slice(colon + 1).trim();
  }
  return undefined;
}
