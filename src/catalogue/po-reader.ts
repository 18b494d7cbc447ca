/**
 * Reads .po files (GNU gettext manual, "The Format of PO Files"). Strict: what msgfmt would refuse is an error with its line.
 *
 * DESIGN: line by line. A keyword opens a string, strings below continue it; the first comment or msgid behind an msgstr ends the
 * message before it. "#~ " in front of lines marks messages that are kept but no longer used.
 */
import { refuseAt } from './catalogue-error.ts';
import { messageKey, type PoEntry, type PoFile } from './po-entry.ts';
import { unquote } from './po-string.ts';

const KEYWORD = /^(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d{1,2})\])?)(?=[\s"]|$)\s*(.*)$/;
const MAX_FORMS = 10;

/** The messages of a catalogue. `file` is for messages. FastServeError (FS_APP) that names file and line for the first mistake. */
export function readPo(text: string, file: string): PoFile {
  return new PoReader(file).read(text);
}

/** A message that is being read. */
interface Draft {
  context: string | undefined;
  id: string | undefined;
  plural: string | undefined;
  readonly texts: string[];
  flags: string[];
  notes: string[];
  isObsolete: boolean;
  line: number;
}

class PoReader {
  readonly #file: string;
  readonly #entries: PoEntry[] = [];
  /** By key, the line of the message. */
  readonly #seen = new Map<string, number>();
  #header: PoEntry | null = null;
  #draft = emptyDraft();
  /** Adds to the string that is open; null where none is. */
  #append: ((text: string) => void) | null = null;
  #line = 0;

  constructor(file: string) {
    this.#file = file;
  }

  read(text: string): PoFile {
    for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
      this.#line++;
      this.#readLine(line.trim());
    }
    this.#finish();
    return { entries: this.#entries, header: this.#header };
  }

  #readLine(line: string): void {
    if (line === '') return;
    const isObsolete = line.startsWith('#~');
    if (line.startsWith('#') && !isObsolete) return this.#readComment(line);
    const content = isObsolete ? line.slice(2).trim() : line;
    if (content === '' || content.startsWith('|')) return;
    if (content.startsWith('"')) return this.#continue(content);
    const found = KEYWORD.exec(content);
    if (found === null) return this.#refuse(`expected msgctxt, msgid, msgid_plural, msgstr, a string or a comment, found ${JSON.stringify(content.slice(0, 40))}`);
    this.#open(found[1] as string, found[2], isObsolete);
    this.#continue(found[3] as string);
  }

  #readComment(line: string): void {
    if (this.#draft.texts.length > 0) this.#finish();
    this.#append = null;
    if (line.startsWith('#,')) this.#draft.flags.push(...line.slice(2).split(',').map((flag) => flag.trim()).filter(Boolean));
    else if (!/^#[.:|]/.test(line)) this.#draft.notes.push(line.slice(1).trim());
  }

  #open(keyword: string, index: string | undefined, isObsolete: boolean): void {
    if (keyword.startsWith('msgstr')) return this.#openText(index);
    if (this.#draft.texts.length > 0 && keyword !== 'msgid_plural') this.#finish();
    const draft = this.#draft;
    draft.isObsolete = isObsolete;
    if (keyword === 'msgctxt') {
      if (draft.context !== undefined || draft.id !== undefined) this.#refuse('a second msgctxt; expected msgid');
      draft.context = '';
      this.#append = (text) => (draft.context += text);
    } else if (keyword === 'msgid') {
      if (draft.id !== undefined) this.#refuse('a second msgid; expected msgstr');
      draft.id = '';
      draft.line = this.#line;
      this.#append = (text) => (draft.id += text);
    } else {
      if (draft.id === undefined || draft.plural !== undefined || draft.texts.length > 0) this.#refuse('msgid_plural belongs behind a msgid, once');
      draft.plural = '';
      this.#append = (text) => (draft.plural += text);
    }
  }

  #openText(index: string | undefined): void {
    const { id, plural, texts } = this.#draft;
    if (id === undefined) this.#refuse('msgstr without a msgid above it');
    if ((plural === undefined) !== (index === undefined)) this.#refuse(plural === undefined ? 'msgstr[N] is for messages with msgid_plural; expected msgstr' : 'this message has a msgid_plural; expected msgstr[0]');
    if (index === undefined && texts.length > 0) this.#refuse('a second msgstr');
    if (index !== undefined && Number(index) !== texts.length) this.#refuse(`expected msgstr[${texts.length}], found msgstr[${index}]`);
    if (texts.length === MAX_FORMS) this.#refuse(`more than ${MAX_FORMS} plural forms`);
    const place = texts.push('') - 1;
    this.#append = (text) => (texts[place] += text);
  }

  #continue(quoted: string): void {
    if (this.#append === null) this.#refuse('a string that continues nothing; expected msgid or msgstr');
    const text = unquote(quoted);
    if (typeof text !== 'string') this.#refuse(text.problem);
    this.#append(text);
  }

  #finish(): void {
    const { id, texts, ...rest } = this.#draft;
    this.#append = null;
    this.#draft = emptyDraft();
    if (id === undefined) {
      if (rest.context !== undefined) this.#refuse('msgctxt without a msgid');
      return;
    }
    if (texts.length === 0) refuseAt(this.#file, rest.line, 'this msgid has no msgstr');
    const entry: PoEntry = { id, texts, ...rest };
    if (!entry.isObsolete) this.#refuseTwice(entry);
    if (id === '' && entry.context === undefined) this.#header = entry;
    else this.#entries.push(entry);
  }

  #refuseTwice({ context, id, line }: PoEntry): void {
    const key = messageKey(context, id);
    const before = this.#seen.get(key);
    if (before !== undefined) refuseAt(this.#file, line, `this message is there already, in line ${before}`);
    this.#seen.set(key, line);
  }

  #refuse(problem: string): never {
    refuseAt(this.#file, this.#line, problem);
  }
}

function emptyDraft(): Draft {
  return { context: undefined, id: undefined, plural: undefined, texts: [], flags: [], notes: [], isObsolete: false, line: 0 };
}
