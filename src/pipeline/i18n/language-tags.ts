/** Language tags (BCP 47), and which of a site's languages answers a wish. Pure. */

/** Languages of a site by their tag in lower case. */
export type LanguageTable = ReadonlyMap<string, string>;

interface Wish {
  readonly range: string;
  readonly weight: number;
}

/** "de-CH;q=0.8": RFC 9110 12.5.4 with a language-range of RFC 4647 2.1. */
const WISH = /^\s*(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i;
/** A header is hostile until it is parsed; no user agent sends more. */
const MAX_LENGTH = 500;

/** "pt_br" is "pt-BR"; undefined for what is no tag. */
export function canonicalTag(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}

/** The tag without its last subtag, and without a single letter that is last then (RFC 4647 3.4); "" behind the first. */
export function parentTag(tag: string): string {
  const subtags = tag.split('-').slice(0, -1);
  if (subtags.at(-1)?.length === 1) subtags.pop();
  return subtags.join('-');
}

/** The part before the first "-". */
export function primaryTag(tag: string): string {
  return tag.split('-', 1)[0] as string;
}

/**
 * The language for a range: by lookup (RFC 4647 3.4), and then, as in Django, the first variant of its language: "pt" finds "pt-BR". undefined
 * when there is none.
 */
export function lookUp(table: LanguageTable, range: string): string | undefined {
  const wanted = range.toLowerCase();
  for (let tag = wanted; tag !== ''; tag = parentTag(tag)) {
    const found = table.get(tag);
    if (found !== undefined) return found;
  }
  const start = `${primaryTag(wanted)}-`;
  for (const [tag, language] of table) if (tag.startsWith(start)) return language;
  return undefined;
}

/** The language that an Accept-Language field asks for; undefined when it wants none of the table. Members that are malformed do not count. */
export function negotiate(table: LanguageTable, field: string): string | undefined {
  for (const { range } of wishesOf(field)) {
    // Whatever comes: the caller's default.
    if (range === '*') return undefined;
    const found = lookUp(table, range);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Wishes with a weight above 0, the strongest first, equal ones in their order. */
function wishesOf(field: string): Wish[] {
  const wishes: Wish[] = [];
  for (const member of field.slice(0, MAX_LENGTH).split(',')) {
    const found = WISH.exec(member);
    if (found !== null) wishes.push({ range: found[1] as string, weight: Number(found[2] ?? 1) });
  }
  return wishes.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
}
