/** Messages in the language of now, after django.utils.translation. A message without a translation is shown as it was written. */
import { messageKey } from '../../catalogue/po-entry.ts';
import { fillPlaces } from '../../catalogue/placeholders.ts';
import { LazyTranslation } from './lazy.ts';
import { activeTranslations, translationOf } from './translations.ts';

/** Values for the places of a message: { name: 'Ada' } for "Hello %(name)s". */
export type MessageValues = Readonly<Record<string, unknown>>;

/**
 * A message in the language of now. With `values` its places are filled: %(name)s, and %% is a percent sign.
 *
 * @example
 * ```ts
 * gettext('Hello %(name)s', { name });
 * ```
 */
export function gettext(id: string, values?: MessageValues): string {
  return filled(singular(undefined, id), values);
}

/** A message in the form for a number: ngettext('%(count)s file', '%(count)s files', count, { count }). */
export function ngettext(id: string, plural: string, n: number, values?: MessageValues): string {
  return filled(numbered(undefined, id, plural, n), values);
}

/** As gettext(), for a text with several meanings: pgettext('month name', 'May'). */
export function pgettext(context: string, id: string, values?: MessageValues): string {
  return filled(singular(context, id), values);
}

/** As ngettext(), with a context. */
export function npgettext(context: string, id: string, plural: string, n: number, values?: MessageValues): string {
  return filled(numbered(context, id, plural, n), values);
}

/** As gettext(), translated whenever it is shown: for texts that are made before there is a request, such as labels of forms. */
export function gettextLazy(id: string, values?: MessageValues): LazyTranslation {
  return new LazyTranslation(() => gettext(id, values));
}

/** As ngettext(), translated whenever it is shown. */
export function ngettextLazy(id: string, plural: string, n: number, values?: MessageValues): LazyTranslation {
  return new LazyTranslation(() => ngettext(id, plural, n, values));
}

/** As pgettext(), translated whenever it is shown. */
export function pgettextLazy(context: string, id: string, values?: MessageValues): LazyTranslation {
  return new LazyTranslation(() => pgettext(context, id, values));
}

/** As npgettext(), translated whenever it is shown. */
export function npgettextLazy(context: string, id: string, plural: string, n: number, values?: MessageValues): LazyTranslation {
  return new LazyTranslation(() => npgettext(context, id, plural, n, values));
}

/** Marks a message for makemessages and gives it as it is: its translation is asked for later, by value. */
export function gettextNoop(id: string): string {
  return id;
}

function singular(context: string | undefined, id: string): string {
  // "" is the header of a catalogue, no message.
  if (activeTranslations() === null || id === '') return id;
  const found = translationOf(messageKey(context, id));
  if (found === undefined) return id;
  return found.texts[found.rule?.formOf(1) ?? 0] as string;
}

function numbered(context: string | undefined, id: string, plural: string, n: number): string {
  const found = activeTranslations() === null ? undefined : translationOf(messageKey(context, id));
  if (found === undefined || found.rule === null) return n === 1 ? id : plural;
  return found.texts[found.rule.formOf(n)] as string;
}

function filled(message: string, values: MessageValues | undefined): string {
  return values === undefined ? message : fillPlaces(message, values);
}
