/** What `fastserve check` says of catalogues. Runs in the command alone. */
import { placesOf } from '../../catalogue/placeholders.ts';
import type { PoEntry } from '../../catalogue/po-entry.ts';
import { readCatalogue } from './catalogue-files.ts';
import { parentTag } from './language-tags.ts';
import { isInForce, loadTranslations } from './load.ts';
import { type I18nOptions, resolveI18n } from './options.ts';

/**
 * One sentence for each translation whose places are not those of its message: "file:line: ...". FastServeError (FS_APP) for what would fail
 * the start.
 */
export function catalogueWarnings(options: I18nOptions): string[] {
  loadTranslations(options);
  const { directories, languages, domain } = resolveI18n(options);
  const tags = new Set<string>();
  for (const { code } of languages) for (let tag = code; tag !== ''; tag = parentTag(tag)) tags.add(tag);
  const files = directories.flatMap((directory) => [...tags].flatMap((tag) => readCatalogue(directory, tag, domain) ?? []));
  return files.flatMap(({ file, po }) => po.entries.filter(isInForce).flatMap((entry) => problemsOf(entry).map((problem) => `${file}:${entry.line}: ${problem}`)));
}

/** A form of a plural may leave places out: "one file". No form may have others. */
function problemsOf({ id, plural, texts }: PoEntry): string[] {
  const expected = placesOf(`${id} ${plural ?? ''}`);
  const given = placesOf(texts.join(' '));
  const missing = expected.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !expected.includes(name));
  return [
    ...missing.map((name) => `the translation of ${shortened(id)} leaves %(${name})s out`),
    ...unknown.map((name) => `the translation of ${shortened(id)} has %(${name})s, which the message has not; {% blocktranslate %} passes it over`),
  ];
}

function shortened(id: string): string {
  return JSON.stringify(id.length > 50 ? `${id.slice(0, 49)}…` : id);
}
