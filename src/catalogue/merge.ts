/** Brings a catalogue up to what the sources say, and keeps what was translated. Pure. */
import { refuseAt } from './catalogue-error.ts';
import { parsePluralForms, TWO_FORMS } from './plural-forms.ts';
import { pluralFormsOf } from './plural-forms-of.ts';
import { headerField, messageKey, type PoEntry, type PoFile } from './po-entry.ts';
import { type PlacedEntry, printPo } from './po-writer.ts';

/** A message of a source. */
export interface FoundMessage {
  readonly context: string | undefined;
  readonly id: string;
  readonly plural: string | undefined;
  /** "templates/home.html:3". */
  readonly reference: string;
}

/** What merging did to a catalogue. */
export interface MergedCatalogue {
  readonly text: string;
  /** Messages in use. */
  readonly count: number;
  readonly untranslated: number;
  readonly added: number;
  /** No source has them any more; their translations are kept as comments. */
  readonly obsolete: number;
}

/**
 * The catalogue with every message of the sources, in their order: translations stay, those of messages that came back come back, and messages that are
 * gone become obsolete where they were translated. `before`: null for a new one. FastServeError (FS_APP) when its plural rule is none.
 */
export function mergeCatalogue(before: PoFile | null, found: readonly FoundMessage[], language: string, file: string): MergedCatalogue {
  const header = before?.header ?? newHeader(language);
  const forms = formsOf(header, file);
  const known = new Map((before?.entries ?? []).map((entry) => [messageKey(entry.context, entry.id), entry]));
  const merged = new Map<string, PlacedEntry>();
  for (const message of found) {
    const key = messageKey(message.context, message.id);
    merged.set(key, placed(merged.get(key), known.get(key), message, forms));
  }
  const inUse = [...merged.values()];
  const gone = [...known].filter(([key, entry]) => !merged.has(key) && entry.texts.some((text) => text !== ''));
  const obsolete = gone.map(([, entry]) => ({ ...entry, isObsolete: true, references: [] }));
  return {
    text: printPo(header, [...inUse, ...obsolete]),
    count: inUse.length,
    untranslated: inUse.filter(({ texts, flags }) => texts.includes('') || flags.includes('fuzzy')).length,
    added: [...merged.keys()].filter((key) => !known.has(key)).length,
    obsolete: obsolete.length,
  };
}

/** One more place of a message; a plural form that one of its places has is the message's. */
function placed(here: PlacedEntry | undefined, before: PoEntry | undefined, { context, id, plural, reference }: FoundMessage, forms: number): PlacedEntry {
  const references = [...(here?.references ?? []), ...(here?.references.includes(reference) === true ? [] : [reference])];
  const many = here?.plural ?? plural;
  const count = many === undefined ? 1 : forms;
  const isSameKind = before !== undefined && (before.plural === undefined) === (many === undefined) && before.texts.length === count;
  const texts = isSameKind ? before.texts : Array<string>(count).fill('');
  return { context, id, plural: many, texts, flags: before?.flags ?? [], notes: before?.notes ?? [], isObsolete: false, line: 0, references };
}

function formsOf(header: PoEntry, file: string): number {
  const field = headerField(header, 'Plural-Forms');
  const rule = field === undefined ? TWO_FORMS : parsePluralForms(field);
  return typeof rule === 'string' ? refuseAt(file, header.line, rule) : rule.count;
}

function newHeader(language: string): PoEntry {
  const fields = [
    `Language: ${language}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
    `Plural-Forms: ${pluralFormsOf(language)}`,
  ];
  const text = fields.map((field) => `${field}\n`).join('');
  return { context: undefined, id: '', plural: undefined, texts: [text], flags: [], notes: [], isObsolete: false, line: 1 };
}
