import { describe, expect, test } from 'vitest';
import { type FoundMessage, type MergedCatalogue, mergeCatalogue } from '../../src/catalogue/merge.ts';
import { parsePluralForms } from '../../src/catalogue/plural-forms.ts';
import { pluralFormsOf } from '../../src/catalogue/plural-forms-of.ts';
import { readPo } from '../../src/catalogue/po-reader.ts';

const found = (id: string, more: Partial<FoundMessage> = {}): FoundMessage => ({ context: undefined, id, plural: undefined, reference: 'a.html:1', ...more });
const merge = (before: string | null, messages: readonly FoundMessage[], language = 'de'): MergedCatalogue =>
  mergeCatalogue(before === null ? null : readPo(before, 'de.po'), messages, language, 'de.po');

describe('mergeCatalogue()', () => {
  test('makes a catalogue with all places of a message', () => {
    const { text } = merge(null, [found('Hello'), found('Hello', { reference: 'b.ts:7' }), found('file', { plural: 'files', context: 'office' })]);
    expect(text).toBe(
      'msgid ""\nmsgstr ""\n"Language: de\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n' +
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n#: a.html:1\n#: b.ts:7\nmsgid "Hello"\nmsgstr ""\n\n' +
        '#: a.html:1\nmsgctxt "office"\nmsgid "file"\nmsgid_plural "files"\nmsgstr[0] ""\nmsgstr[1] ""\n',
    );
  });

  test('keeps translations, notes and flags', () => {
    const { text } = merge('# for Ada\n#, fuzzy\nmsgid "Hello"\nmsgstr "Hallo"\n', [found('Hello')]);
    expect(text).toContain('# for Ada\n#: a.html:1\n#, fuzzy\nmsgid "Hello"\nmsgstr "Hallo"\n');
  });

  test('changes nothing when it runs again', () => {
    const messages = [found('Hello'), found('file', { plural: 'files' })];
    const { text } = merge(null, messages);
    expect(merge(text, messages).text).toBe(text);
  });

  test('keeps what is gone as comments, and takes it up again', () => {
    const gone = merge('msgid "Hello"\nmsgstr "Hallo"\n', []);
    expect([gone.obsolete, gone.text]).toEqual([1, expect.stringContaining('#~ msgid "Hello"\n#~ msgstr "Hallo"\n')]);
    const back = merge(gone.text, [found('Hello')]);
    expect([back.obsolete, back.added, back.text]).toEqual([0, 0, expect.stringContaining('\nmsgid "Hello"\nmsgstr "Hallo"\n')]);
  });

  test('drops what is gone and was never translated', () => {
    expect(merge('msgid "Hello"\nmsgstr ""\n', []).text).not.toContain('Hello');
  });

  test('asks for new forms where a message became one of several', () => {
    expect(merge('msgid "file"\nmsgstr "Datei"\n', [found('file', { plural: 'files' })]).text).toContain('msgstr[0] ""\nmsgstr[1] ""\n');
  });

  test('counts what there is to do', () => {
    const { count, added, untranslated, obsolete } = merge('msgid "a"\nmsgstr "A"\nmsgid "x"\nmsgstr "X"\n', [found('a'), found('b')]);
    expect({ count, added, untranslated, obsolete }).toEqual({ count: 2, added: 1, untranslated: 1, obsolete: 1 });
  });
});

test.each('ar be bs cs da de el en es fi fr ga he hr hu id it ja ko lt lv nl pl pt ro ru sk sl sr sv th tr uk vi zh'.split(' '))(
  'new catalogues of %s have the plural forms of CLDR',
  (language) => {
    const rule = parsePluralForms(pluralFormsOf(language));
    if (typeof rule === 'string') throw new Error(rule);
    const categories = new Intl.PluralRules(language);
    const byForm = new Map<number, string>();
    for (let n = 0; n <= 200; n++) {
      const [form, category] = [rule.formOf(n), categories.select(n)];
      expect(byForm.get(form) ?? category, `${n}`).toBe(category);
      byForm.set(form, category);
    }
    expect(new Set(byForm.values()).size).toBe(byForm.size);
  },
);
