/** What {% translate %}, {% blocktranslate %} and {% language %} do while a page is rendered. */
import { fillPlaces, placesOf } from '../../../catalogue/placeholders.ts';
import { activeTranslations, canonicalTag, getLanguage, gettext, isRightToLeft, type LanguageInfo, languageInfo, ngettext, npgettext, pgettext } from '../../i18n/index.ts';
import { display, escapeHtml, escapeValue } from './escape.ts';
import { Fault } from './faults.ts';
import { listOf } from './loop.ts';
import { numberText } from './number-text.ts';
import { numberOf } from './operators.ts';
import { markSafe, SafeString } from './safe-string.ts';
import type { RenderState } from './state.ts';
import { textOf } from './values.ts';

/**
 * The translation of a value. That of text which the template's author wrote is the author's, too; of other values it is text. Percent signs are
 * doubled in catalogues, as makemessages writes them.
 */
export function translate(_state: RenderState, [value, context]: readonly unknown[]): unknown {
  if (value === undefined || value === null || value === '') return value;
  const id = display(value).replaceAll('%', '%%');
  const text = (context === undefined ? gettext(id) : pgettext(display(context), id)).replaceAll('%%', '%');
  return value instanceof SafeString && escapeHtml(text) !== text ? markSafe(text) : text;
}

/** A message with its values, as markup. A translation with places that the message has not is passed over. */
export function messageText(
  _state: RenderState,
  context: unknown,
  singular: string,
  plural: string | null,
  number: unknown,
  values: Readonly<Record<string, string>>,
): SafeString {
  const meaning = context === undefined ? undefined : display(context);
  const n = plural === null ? 1 : countOf(number);
  const source = plural === null || n === 1 ? singular : plural;
  const text = translated(meaning, singular, plural, n);
  const isFit = text === source || placesOf(text).every((name) => Object.hasOwn(values, name));
  return markSafe(fillPlaces(isFit ? text : source, values));
}

function translated(context: string | undefined, singular: string, plural: string | null, n: number): string {
  if (plural === null) return context === undefined ? gettext(singular) : pgettext(context, singular);
  return context === undefined ? ngettext(singular, plural, n) : npgettext(context, singular, plural, n);
}

function countOf(number: unknown): number {
  const n = numberOf(number);
  if (Number.isNaN(n)) throw new Fault(`"count" goes by a number, not by ${number === undefined ? 'an undefined value' : display(number).slice(0, 40)}`);
  return n;
}

/** A value of a message as markup. UndefinedValue for undefined in development. */
export function messageValue(state: RenderState, value: unknown, escapes: boolean): string {
  if (typeof value === 'number') return numberText(value);
  if (value instanceof SafeString) return value.toString();
  const text = textOf(state, value);
  return escapes ? escapeValue(text) : text;
}

/** The language that {% language %} names; nothing is the language of now. */
export function languageName(state: RenderState, value: unknown): string {
  const name = textOf(state, value);
  return name === '' ? getLanguage() : name;
}

/** What {% get_language_info %} gives. Fault for what is no language tag. */
export function infoOf(value: unknown): LanguageInfo {
  const code = canonicalTag(display(value));
  if (code === undefined) throw new Fault(`${JSON.stringify(display(value).slice(0, 40))} is no language tag`);
  return languageInfo(code, getLanguage());
}

/** What {% get_language_info_list %} gives, of codes or of pairs that begin with one. Fault for what is no language tag. */
export function infosOf(state: RenderState, languages: unknown): LanguageInfo[] {
  return listOf(state, languages, false).map((language) => infoOf(Array.isArray(language) ? language[0] : language));
}

/** Pairs of code and name. */
export function availableLanguages(): readonly (readonly [string, string])[] {
  return (activeTranslations()?.languages ?? []).map(({ code, name }) => [code, name]);
}

/** Whether the language of now is written from right to left. */
export function isCurrentRightToLeft(): boolean {
  return isRightToLeft(getLanguage());
}
