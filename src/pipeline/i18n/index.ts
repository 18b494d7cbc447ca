/** The face of the layer for languages. */
export {
  gettext,
  gettextLazy,
  gettextNoop,
  type MessageValues,
  ngettext,
  ngettextLazy,
  npgettext,
  npgettextLazy,
  pgettext,
  pgettextLazy,
} from './gettext.ts';
export { LazyTranslation } from './lazy.ts';
export { type I18nOptions, type Language, nameIn, resolveI18n } from './options.ts';
export { activateTranslations, activeTranslations, checkTranslations, getLanguage, inLanguageOfNow, languageOfPieces, overrideLanguage } from './translations.ts';
export { isRightToLeft, type LanguageInfo, languageInfo } from './language-info.ts';
export { canonicalTag } from './language-tags.ts';
export { locale, localeOf, type LocaleOptions, pathInLanguage } from './locale.ts';
