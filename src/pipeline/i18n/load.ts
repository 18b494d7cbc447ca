/** Reads the catalogues of an application. Loaded only where one translates; runs once in each worker, while it starts. */
import { refuseAt } from '../../catalogue/catalogue-error.ts';
import { parsePluralForms, type PluralRule, TWO_FORMS } from '../../catalogue/plural-forms.ts';
import { headerField, messageKey, type PoEntry } from '../../catalogue/po-entry.ts';
import { FastServeError } from '../../errors.ts';
import { type CatalogueFile, catalogueFiles, readCatalogue } from './catalogue-files.ts';
import { parentTag, primaryTag } from './language-tags.ts';
import { type I18nOptions, type I18nSettings, resolveI18n } from './options.ts';
import type { Translation, Translations } from './translations.ts';

type Messages = Map<string, Translation>;

/** FastServeError (FS_APP) for a catalogue that is missing or broken; it names the file and the line. */
export function loadTranslations(options: I18nOptions): Translations {
  const settings = resolveI18n(options);
  const loader = new CatalogueLoader(settings);
  const { languages, defaultLanguage } = settings;
  return {
    languages,
    table: new Map(languages.map(({ code }) => [code.toLowerCase(), code])),
    defaultLanguage,
    messages: new Map(languages.map(({ code }) => [code, loader.messagesFor(code)])),
  };
}

class CatalogueLoader {
  readonly #settings: I18nSettings;
  /** null: there is no catalogue. */
  readonly #catalogues = new Map<string, Messages | null>();

  constructor(settings: I18nSettings) {
    this.#settings = settings;
  }

  /** The messages of a language over those of its parents, over those of the default: "pt-BR", "pt", "en". */
  messagesFor(language: string): ReadonlyMap<string, Translation> {
    const { defaultLanguage, sourceLanguage } = this.#settings;
    const chain: string[] = [];
    for (let tag = language; tag !== ''; tag = parentTag(tag)) chain.push(tag);
    const own = chain.filter((tag) => this.#catalogue(tag) !== null);
    const isSource = primaryTag(language) === primaryTag(sourceLanguage);
    if (own.length === 0 && !isSource) this.#refuseMissing(language);
    // What the source says is the source language's own text, and better than another language's.
    if (!isSource && !chain.includes(defaultLanguage)) own.push(defaultLanguage);
    return new Map(own.toReversed().flatMap((tag) => [...(this.#catalogue(tag) ?? [])]));
  }

  /** The messages of one language from all directories. */
  #catalogue(language: string): Messages | null {
    const known = this.#catalogues.get(language);
    if (known !== undefined) return known;
    const files = this.#settings.directories.toReversed().flatMap((directory) => this.#read(directory, language) ?? []);
    const messages = files.length === 0 ? null : new Map(files.flatMap((each) => [...each]));
    this.#catalogues.set(language, messages);
    return messages;
  }

  #read(directory: string | URL, language: string): Messages | null {
    const found = readCatalogue(directory, language, this.#settings.domain);
    return found === null ? null : messagesOf(found);
  }

  #refuseMissing(language: string): never {
    const { directories, domain } = this.#settings;
    const [file] = catalogueFiles(directories[0] as string | URL, language, domain);
    throw new FastServeError(
      'FS_APP',
      `defineApp(): i18n: there is no catalogue for '${language}'; expected ${file}. If the texts in the source are in this language, give sourceLanguage: '${language}'`,
    );
  }
}

function messagesOf({ file, po: { header, entries } }: CatalogueFile): Messages {
  const field = headerField(header, 'Plural-Forms');
  const rule = field === undefined ? TWO_FORMS : parsePluralForms(field);
  if (typeof rule === 'string') return refuseAt(file, header?.line ?? 1, rule);
  const messages: Messages = new Map();
  for (const entry of entries) if (isInForce(entry)) messages.set(messageKey(entry.context, entry.id), translationFrom(entry, rule, file));
  return messages;
}

/** A guess ("fuzzy") of msgmerge or makemessages is no translation, and neither is an empty text. */
export function isInForce({ flags, texts, isObsolete }: PoEntry): boolean {
  return !isObsolete && !flags.includes('fuzzy') && texts.every((text) => text !== '');
}

function translationFrom({ plural, texts, line }: PoEntry, rule: PluralRule, file: string): Translation {
  if (plural === undefined) return { texts, rule: null };
  if (texts.length !== rule.count) refuseAt(file, line, `this message has ${texts.length} plural forms; Plural-Forms says ${rule.count}`);
  return { texts, rule };
}
