/**
 * Search over every name a country has: English, native, in some twenty-five translations, capitals and codes. Names are
 * folded once (case, accents), so a search is about fifteen thousand substring tests: a millisecond.
 */
import { type Country, countries } from './data.ts';
import { type Segment, fold, highlight } from './text.ts';

/** Longest search text that is looked at, in characters; what is beyond is cut off. */
export const MAX_QUERY_LENGTH = 60;

export interface Hit {
  country: Country;
  /** The country's name, the matching part marked. */
  name: Segment[];
  /** Where else it was found ("In German"), with the text found; null when the name itself has it. */
  via: { label: string; tag: string; text: Segment[] } | null;
}

/** Something a country can be found by. The order of `terms` is the order of preference among equal matches. */
interface Term {
  label: string;
  /** BCP 47 tag of the text's language, "" for English and codes. */
  tag: string;
  text: string;
  folded: string;
  /** Codes only match as a whole. */
  whole: boolean;
}

interface Entry {
  country: Country;
  terms: Term[];
}

const index: readonly Entry[] = countries.map((country) => ({ country, terms: termsOf(country) }));

/** What the atlas searches for when someone types `text`: trimmed, inner space collapsed, bounded. */
export function cleanQuery(text: string): string {
  return [...text.replace(/\s+/gu, ' ').trim()].slice(0, MAX_QUERY_LENGTH).join('').trim();
}

/** Countries that `query` (as cleanQuery returns it) finds, best first; none for an empty query. */
export function search(query: string): Hit[] {
  const wanted = fold(query);
  if (wanted === '') return [];
  const found: { entry: Entry; term: Term; rank: number }[] = [];
  for (const entry of index) {
    const best = bestTerm(entry, wanted);
    if (best !== null) found.push({ entry, ...best });
  }
  // Stable: equal ranks stay in order of names.
  found.sort((a, b) => a.rank - b.rank);
  return found.map(({ entry, term }) => toHit(entry, term, wanted));
}

function bestTerm(entry: Entry, wanted: string): { term: Term; rank: number } | null {
  let best: { term: Term; rank: number } | null = null;
  for (const [position, term] of entry.terms.entries()) {
    const quality = qualityOf(term, wanted);
    if (quality === null) continue;
    // The name beats everything else that matches as well; among the others the first wins.
    const rank = quality * 2 + (position === 0 ? 0 : 1);
    if (best === null || rank < best.rank) best = { term, rank };
  }
  return best;
}

/** 0 the whole text, 1 its beginning, 2 the beginning of a word, 3 inside a word; null when it does not match. */
function qualityOf(term: Term, wanted: string): 0 | 1 | 2 | 3 | null {
  if (term.whole) return term.folded === wanted ? 0 : null;
  const at = term.folded.indexOf(wanted);
  if (at === -1) return null;
  if (at === 0) return term.folded.length === wanted.length ? 0 : 1;
  if (term.folded.includes(` ${wanted}`) || term.folded.includes(`-${wanted}`)) return 2;
  // One or two letters inside a word are everywhere and tell nothing.
  return wanted.length < 3 ? null : 3;
}

function toHit({ country }: Entry, term: Term, wanted: string): Hit {
  const name = highlight(country.name, wanted);
  const tellsItself = name.some(({ marked }) => marked);
  return { country, name, via: tellsItself ? null : { label: term.label, tag: term.tag, text: highlight(term.text, wanted) } };
}

function termsOf(country: Country): Term[] {
  const terms: Term[] = [];
  const add = (label: string, text: string, tag = '', whole = false) => {
    const folded = fold(text);
    if (folded !== '' && !terms.some((term) => term.folded === folded)) terms.push({ label, tag, text, folded, whole });
  };
  add('Name', country.name);
  for (const code of [country.alpha2, country.code, country.numeric]) add('Code', code, '', true);
  add('Officially', country.officialName);
  for (const capital of country.capitals) add('Capital', capital);
  for (const names of [country.nativeNames, country.translations]) {
    for (const { language, tag, common, official } of names) {
      add(`In ${language}`, common, tag);
      add(`Officially, in ${language}`, official, tag);
    }
  }
  for (const alias of country.aliases) add('Also', alias);
  return terms;
}
