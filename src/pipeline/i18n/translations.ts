/**
 * What the application of this thread translates with, and the language of what runs now.
 *
 * DESIGN: translations belong to the thread, as named routes do: gettext() is called where no request is at hand. The language goes
 * along with what locale() has begun (AsyncLocalStorage); an application without locale() never enters the storage, and pays nothing for it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { PluralRule } from '../../catalogue/plural-forms.ts';
import { type LanguageTable, lookUp } from './language-tags.ts';
import type { I18nOptions, Language } from './options.ts';

/** A translated message. */
export interface Translation {
  /** One, or all plural forms. */
  readonly texts: readonly string[];
  /** null for a message of one form. */
  readonly rule: PluralRule | null;
}

/** The languages of an application with their messages. Immutable. */
export interface Translations {
  readonly languages: readonly Language[];
  readonly table: LanguageTable;
  readonly defaultLanguage: string;
  /** By language, its messages and those of the languages that stand in for it, by messageKey(). */
  readonly messages: ReadonlyMap<string, ReadonlyMap<string, Translation>>;
}

/** What getLanguage() gives where nothing is translated. */
const NO_LANGUAGE = 'en';

const current = new AsyncLocalStorage<string>();
let active: Translations | null = null;

/** Reads the catalogues of an application and puts them in force; undefined: nothing is translated any more. Rejects with FastServeError (FS_APP). */
export async function activateTranslations(options: I18nOptions | undefined): Promise<void> {
  active = null;
  if (options === undefined) return;
  const { loadTranslations } = await import('./load.ts');
  active = loadTranslations(options);
}

/** What is right in the catalogues, but perhaps not meant. Rejects with FastServeError (FS_APP) for what would fail the start. */
export async function checkTranslations(options: I18nOptions | undefined): Promise<readonly string[]> {
  if (options === undefined) return [];
  const { catalogueWarnings } = await import('./check.ts');
  return catalogueWarnings(options);
}

/** null where the application translates nothing. */
export function activeTranslations(): Translations | null {
  return active;
}

/** The language of what runs now, as `languages` has it: that of the request behind locale(), otherwise the default. */
export function getLanguage(): string {
  if (active === null) return NO_LANGUAGE;
  return current.getStore() ?? active.defaultLanguage;
}

/**
 * Runs a function, and all that it awaits, in another language, and gives what it gives. A language that the application has not is
 * replaced by its nearest, "de-CH" by "de", or by the default. Without translations it only runs the function.
 */
export function overrideLanguage<Result>(language: string, run: () => Result): Result {
  if (active === null) return run();
  const chosen = lookUp(active.table, language) ?? active.defaultLanguage;
  // Where it is the language of now there is nothing to say: visitors of the default language pay nothing for the others.
  return chosen === getLanguage() ? run() : current.run(chosen, run);
}

/** Tells pieces of pages apart that are kept for several readers: "" where there is one language for all. */
export function languageOfPieces(): string {
  return active === null ? '' : getLanguage();
}

/** A message in the language of now. */
export function translationOf(key: string): Translation | undefined {
  return active?.messages.get(getLanguage())?.get(key);
}

/** The pieces of a source that is read later by somebody else, made in the language of now. */
export function inLanguageOfNow<Piece>(source: AsyncGenerator<Piece, void, undefined>): AsyncGenerator<Piece, void, undefined> {
  if (active === null) return source;
  const language = getLanguage();
  return {
    next: () => overrideLanguage(language, () => source.next()),
    return: (value) => source.return(value as void),
    throw: (error) => source.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  } as AsyncGenerator<Piece, void, undefined>;
}
