/** What is known of a language beside its messages, from the data of the runtime (CLDR). Pure. */
import { nameIn } from './options.ts';

/** As Django's get_language_info(). */
export interface LanguageInfo {
  readonly code: string;
  /** In English: "German". */
  readonly name: string;
  /** In the language itself: "Deutsch". */
  readonly name_local: string;
  /** In the language of now: "allemand". */
  readonly name_translated: string;
  /** Written from right to left. */
  readonly bidi: boolean;
}

/** Scripts that are written from right to left (Unicode, Bidi_Class R and AL of their letters). */
const RIGHT_TO_LEFT = new Set(['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm', 'Rohg', 'Mand', 'Samr']);
const scripts = new Map<string, boolean>();

/** Whether a language is written from right to left: "ar", "he", "az-Arab". */
export function isRightToLeft(code: string): boolean {
  let known = scripts.get(code);
  if (known === undefined) scripts.set(code, (known = RIGHT_TO_LEFT.has(new Intl.Locale(code).maximize().script ?? '')));
  return known;
}

/** `code`: a tag in canonical form; `now`: the language of the reader. */
export function languageInfo(code: string, now: string): LanguageInfo {
  return { code, name: nameIn(code, 'en'), name_local: nameIn(code, code), name_translated: nameIn(code, now), bidi: isRightToLeft(code) };
}
