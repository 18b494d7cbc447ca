/** What `i18n` of defineApp() takes, and the check of it. */
import { checkKeys, refuse, shown } from '../check-options.ts';
import { canonicalTag } from './language-tags.ts';

/** Languages of an application, and where their catalogues are. */
export interface I18nOptions {
  /**
   * Holds <language>/LC_MESSAGES/<domain>.po, with "pt_BR" or "pt-BR" for the language: a path or a file: URL. Of several the first that
   * has a message gives it.
   */
  directory: string | URL | readonly (string | URL)[];
  /** Tags of the languages (BCP 47), or an object with their names: { en: 'English', de: 'Deutsch' }. */
  languages: readonly string[] | Readonly<Record<string, string>>;
  /** For requests without locale(), and clients that ask for none of the others. Default: the first language. */
  defaultLanguage?: string;
  /** The language of the texts in the source: it needs no catalogue. Default: "en". */
  sourceLanguage?: string;
  /** Name of the catalogues' files without ".po"; "django" for those of a Django project. Default: "messages". */
  domain?: string;
}

/** A language of a site. */
export interface Language {
  readonly code: string;
  /** In the language itself: "Deutsch". */
  readonly name: string;
}

/** The options with everything filled in. */
export interface I18nSettings {
  readonly directories: readonly (string | URL)[];
  readonly languages: readonly Language[];
  readonly defaultLanguage: string;
  readonly sourceLanguage: string;
  readonly domain: string;
}

const CALL = 'defineApp(): i18n';

/** FastServeError (FS_APP) for the first option that cannot work. */
export function resolveI18n(options: I18nOptions): I18nSettings {
  checkKeys(CALL, options, ['directory', 'languages', 'defaultLanguage', 'sourceLanguage', 'domain']);
  const directories = [options.directory ?? []].flat();
  if (directories.length === 0 || directories.some((each) => !isPlace(each))) {
    refuse(CALL, 'directory must be a path or a file: URL, of the folder that holds de/LC_MESSAGES/ and others');
  }
  const languages = languagesOf(options.languages);
  const [first] = languages as [Language];
  const defaultLanguage = options.defaultLanguage === undefined ? first.code : tagOf('defaultLanguage', options.defaultLanguage);
  if (!languages.some(({ code }) => code === defaultLanguage)) refuse(CALL, `defaultLanguage is ${shown(defaultLanguage)}, which is not among languages`);
  const { domain = 'messages' } = options;
  if (typeof domain !== 'string' || !/^[\w-]+$/.test(domain)) refuse(CALL, `domain is ${shown(domain)}; expected letters, digits, "_" and "-"`);
  return { directories, languages, defaultLanguage, sourceLanguage: tagOf('sourceLanguage', options.sourceLanguage ?? 'en'), domain };
}

function isPlace(directory: unknown): boolean {
  return directory instanceof URL ? directory.protocol === 'file:' : typeof directory === 'string' && directory !== '';
}

function languagesOf(given: unknown): Language[] {
  if (typeof given !== 'object' || given === null) refuse(CALL, "languages must be a list of tags, such as ['en', 'de'], or an object with their names");
  const pairs: [unknown, unknown][] = Array.isArray(given) ? given.map((code) => [code, undefined]) : Object.entries(given);
  if (pairs.length === 0) refuse(CALL, 'languages is empty; expected at least one');
  const languages = pairs.map(([tag, name]) => {
    const code = tagOf('languages', tag);
    if (name !== undefined && typeof name !== 'string') refuse(CALL, `the name of ${shown(code)} is ${shown(name)}; expected a text`);
    return { code, name: name ?? nameIn(code, code) };
  });
  const twice = languages.find(({ code }, index) => languages.findIndex((other) => other.code === code) !== index);
  if (twice !== undefined) refuse(CALL, `languages has ${shown(twice.code)} twice`);
  return languages;
}

function tagOf(option: string, given: unknown): string {
  const tag = typeof given === 'string' ? canonicalTag(given) : undefined;
  return tag ?? refuse(CALL, `${option} has ${shown(given)}; expected a language tag such as "de" or "pt-BR"`);
}

/** The name of a language in another: nameIn("de", "fr") is "allemand". The code where nobody knows a name. */
export function nameIn(code: string, language: string): string {
  return new Intl.DisplayNames([language, 'en'], { type: 'language' }).of(code) ?? code;
}
