/** All filters of the language, and what the compiler must know of them. */
import type { DateFormatter } from '../date-format.ts';
import type { Filter } from '../library.ts';
import { markSafe, SafeString } from '../safe-string.ts';
import { makeDateFilters } from './dates.ts';
import { ESCAPING_FILTERS, HTML_FILTERS } from './html.ts';
import { LANGUAGE_FILTERS } from './languages.ts';
import { LIST_FILTERS } from './lists.ts';
import { STRING_FILTERS } from './strings.ts';
import { VALUE_FILTERS } from './values.ts';

/** Filters that get (value, whether escaping is on, ...arguments). */
export const ESCAPING_FILTER_NAMES: ReadonlySet<string> = new Set(Object.keys(ESCAPING_FILTERS));

/** What makes no markup of safe text: markup stays marked as such (Django's is_safe). */
const KEEPS_MARKUP = [
  'addslashes',
  'capfirst',
  'center',
  'indent',
  'iriencode',
  'last',
  'ljust',
  'lower',
  'phone2numeric',
  'rjust',
  'slice',
  'stringformat',
  'title',
  'trim',
  'truncatechars',
  'truncatewords',
  'wordwrap',
];

/** The language's filters by name. */
export function makeFilters(formatDate: DateFormatter): Map<string, Filter> {
  const filters = new Map<string, Filter>();
  for (const group of [STRING_FILTERS, HTML_FILTERS, LIST_FILTERS, VALUE_FILTERS, LANGUAGE_FILTERS, makeDateFilters(formatDate), ESCAPING_FILTERS]) {
    for (const [name, filter] of Object.entries(group)) filters.set(name, filter as Filter);
  }
  for (const name of KEEPS_MARKUP) filters.set(name, keepingMarkup(filters.get(name) as Filter));
  return filters;
}

function keepingMarkup(filter: Filter): Filter {
  return (value, ...args) => {
    const result = filter(value, ...args);
    return value instanceof SafeString && typeof result === 'string' ? markSafe(result) : result;
  };
}
