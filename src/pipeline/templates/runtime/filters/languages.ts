/** Filters over language tags, of Django's library i18n. Pure. */
import { infoOf } from '../translations.ts';

export const LANGUAGE_FILTERS = {
  language_name: (value: unknown) => infoOf(value).name,
  language_name_local: (value: unknown) => infoOf(value).name_local,
  language_name_translated: (value: unknown) => infoOf(value).name_translated,
  language_bidi: (value: unknown) => infoOf(value).bidi,
};
