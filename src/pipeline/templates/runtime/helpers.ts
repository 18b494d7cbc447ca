/**
 * What the language's own tags do: {% url %}, {% static %}, {% csrf_token %}, {% now %}, {% widthratio %}, ...
 */
import { getLanguage } from '../../i18n/index.ts';
import type { HelperName } from '../language/tree.ts';
import type { DateFormatter } from './date-format.ts';
import { display, escapeHtml } from './escape.ts';
import { Fault } from './faults.ts';
import { ofRequest } from './fragments.ts';
import { contextName } from './lookup.ts';
import { numberOf, truth } from './operators.ts';
import { markSafe, SafeString, ScriptText } from './safe-string.ts';
import type { RenderState } from './state.ts';
import { availableLanguages, infoOf, infosOf, isCurrentRightToLeft, translate } from './translations.ts';

/** Named arguments of a tag. */
type Named = Readonly<Record<string, unknown>>;
type Helper = (state: RenderState, args: readonly unknown[], named: Named) => unknown;
export type Helpers = Readonly<Record<HelperName, Helper>>;

export interface HelperOptions {
  /** The path of a named route; positional parameters come as a list. Throws when there is none. */
  readonly url: (name: string, params?: Readonly<Record<string, string | number>> | readonly (string | number)[]) => string;
  readonly formatDate: DateFormatter;
}

export function makeHelpers({ url, formatDate }: HelperOptions): Helpers {
  const reverse: Helper = (_state, [name, ...positional], named) => {
    if (positional.length > 0 && Object.keys(named).length > 0) throw new Fault('{% url %} takes parameters by place or by name, not both');
    return url(display(name), positional.length > 0 ? (positional as string[]) : (named as Record<string, string>));
  };
  return {
    url: reverse,
    urlOrNothing: (state, args, named) => {
      try {
        return reverse(state, args, named);
      } catch {
        return '';
      }
    },
    static: (state, [path]) => (state.services.globals.get('static') as (path: string) => unknown)(display(path)),
    csrfField,
    now: (_state, [format]) => formatDate(new Date(), display(format)),
    widthRatio: (_state, [value, maximum, width]) => widthRatio(numberOf(value), numberOf(maximum), numberOf(width)),
    spaceless: (_state, [piece]) => markSafe(display(piece).replace(/>\s+</g, '><').trim()),
    filtered: (_state, [value]) => filtered(value),
    firstOf: (_state, args) => args.find(truth) ?? '',
    queryString,
    translate,
    untranslated: (_state, [value]) => value,
    currentLanguage: getLanguage,
    currentLanguageBidi: isCurrentRightToLeft,
    availableLanguages,
    languageInfo: (_state, [code]) => infoOf(code),
    languageInfoList: (state, [languages]) => infosOf(state, languages),
  };
}

/** The hidden field that the CSRF middleware looks for; nothing when no token is in the context. */
const csrfField: Helper = (state) => {
  const token = ofRequest(state, '{% csrf_token %}', contextName(state, state.context, 'csrf_token', (state.context as Record<string, unknown>)['csrf_token']));
  if (token === undefined || token === null || token === '') return '';
  return markSafe(`<input type="hidden" name="csrfmiddlewaretoken" value="${escapeHtml(display(token))}">`);
};

/** Width of a bar: value of maximum, in a scale up to width, halves to the even side as Python rounds. 0 for a maximum of 0, nothing for what is no number. */
function widthRatio(value: number, maximum: number, width: number): number | string {
  if (maximum === 0 && !Number.isNaN(value)) return 0;
  const ratio = (value / maximum) * Math.trunc(width);
  if (!Number.isFinite(ratio)) return '';
  const below = Math.floor(ratio);
  const isUp = ratio - below === 0.5 ? below % 2 !== 0 : ratio - below > 0.5;
  return (isUp ? below + 1 : below) || 0;
}

/** What {% filter %} makes of markup is markup; text for scripts stays that. */
function filtered(value: unknown): unknown {
  return value instanceof ScriptText ? value : markSafe(display(value));
}

/** The query string of the request with some parameters changed: {% querystring page=2 sort=None %}. */
const queryString: Helper = (state, [start], named) => {
  const request = (state.context as { request?: { queryString?: unknown } }).request;
  const params = new URLSearchParams(
    start === undefined ? display(request?.queryString) : start instanceof URLSearchParams ? start : display(start),
  );
  for (const [name, value] of Object.entries(named)) {
    params.delete(name);
    const values = Array.isArray(value) ? (value as unknown[]) : value === null || value === undefined ? [] : [value];
    for (const each of values) params.append(name, each instanceof SafeString ? each.toString() : display(each));
  }
  return `?${params.toString()}`;
};
