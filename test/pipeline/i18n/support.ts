/** Catalogues for tests, in directories that go with the test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n';

/** A message of one form. */
export const message = (id: string, text: string, context?: string): string =>
  `${context === undefined ? '' : `msgctxt ${JSON.stringify(context)}\n`}msgid ${JSON.stringify(id)}\nmsgstr ${JSON.stringify(text)}\n\n`;

/** A message of several forms. */
export const plural = (id: string, many: string, texts: readonly string[], context?: string): string =>
  `${context === undefined ? '' : `msgctxt ${JSON.stringify(context)}\n`}msgid ${JSON.stringify(id)}\nmsgid_plural ${JSON.stringify(many)}\n${texts
    .map((text, index) => `msgstr[${index}] ${JSON.stringify(text)}\n`)
    .join('')}\n`;

/** Writes catalogues by language and gives their directory. A text that has no header gets that of German. */
export function catalogues(byLanguage: Readonly<Record<string, string>>, domain = 'messages'): string {
  const directory = mkdtempSync(join(tmpdir(), 'fastserve-locale-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [language, text] of Object.entries(byLanguage)) {
    const folder = join(directory, language, 'LC_MESSAGES');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${domain}.po`), text.startsWith('msgid ""') ? text : HEADER + text);
  }
  return directory;
}
