import { describe, expect, test } from 'vitest';
import { headerField, type PoEntry } from '../../src/catalogue/po-entry.ts';
import { readPo } from '../../src/catalogue/po-reader.ts';

const read = (text: string): readonly PoEntry[] => readPo(text, 'de.po').entries;
const only = (text: string): PoEntry => {
  const entries = read(text);
  expect(entries).toHaveLength(1);
  return entries[0] as PoEntry;
};

describe('readPo()', () => {
  test('reads a message with its line', () => {
    expect(only('\n# Ada\n#, python-format\nmsgid "Hello"\nmsgstr "Hallo"\n')).toMatchObject({
      id: 'Hello',
      texts: ['Hallo'],
      flags: ['python-format'],
      notes: ['Ada'],
      isObsolete: false,
      line: 4,
    });
  });

  test('joins strings that go on over lines', () => {
    expect(only('msgid ""\n"one "\n"two"\nmsgstr ""\n"eins "\n"zwei"').texts).toEqual(['eins zwei']);
  });

  test('reads the escapes of C', () => {
    expect(only(String.raw`msgid "a"` + '\n' + String.raw`msgstr "\n\t\"\\\101\x41"`).texts).toEqual(['\n\t"\\AA']);
  });

  test('reads plural forms in order', () => {
    expect(only('msgid "file"\nmsgid_plural "files"\nmsgstr[0] "Datei"\nmsgstr[1] "Dateien"')).toMatchObject({ plural: 'files', texts: ['Datei', 'Dateien'] });
  });

  test('tells the same text in two contexts apart', () => {
    const entries = read('msgctxt "month"\nmsgid "May"\nmsgstr "Mai"\nmsgid "May"\nmsgstr "Darf"');
    expect(entries.map(({ context, texts }) => [context, texts[0]])).toEqual([['month', 'Mai'], [undefined, 'Darf']]);
  });

  test('marks what sources no longer have', () => {
    expect(only('#~ msgid "Old"\n#~ msgstr "Alt"')).toMatchObject({ id: 'Old', texts: ['Alt'], isObsolete: true });
  });

  test('passes over the earlier text of a fuzzy message', () => {
    expect(only('#, fuzzy\n#| msgid "Hullo"\nmsgid "Hello"\nmsgstr "Hallo"')).toMatchObject({ id: 'Hello', flags: ['fuzzy'] });
  });

  test('keeps the header apart', () => {
    const { header, entries } = readPo('msgid ""\nmsgstr ""\n"Language: de\\n"\n"Plural-Forms: nplurals=2; plural=n != 1;\\n"\n', 'de.po');
    expect(entries).toEqual([]);
    expect(headerField(header, 'plural-forms')).toBe('nplurals=2; plural=n != 1;');
  });

  test('takes line ends of Windows and a byte order mark', () => {
    expect(only('\uFEFFmsgid "a"\r\nmsgstr "b"\r\n')).toMatchObject({ id: 'a', texts: ['b'] });
  });

  test.each([
    ['msgid "a"\nmsgstr "b', 'de.po:2: this string is never closed'],
    ['msgid "a"\nmsgstr b', 'de.po:2: expected a string in double quotes'],
    ['msgid "a"\nmsgstr "\\q"', 'de.po:2: there is no escape "\\q"'],
    ['\nmsgid "a"\n\nmsgid "b"\nmsgstr ""', 'de.po:4: a second msgid; expected msgstr'],
    ['msgid "a"\n', 'de.po:1: this msgid has no msgstr'],
    ['msgstr "a"', 'de.po:1: msgstr without a msgid'],
    ['"a"', 'de.po:1: a string that continues nothing'],
    ['mgsid "a"', 'de.po:1: expected msgctxt, msgid'],
    ['msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"', 'de.po:3: this message is there already, in line 1'],
    ['msgid "a"\nmsgid_plural "b"\nmsgstr[1] "c"', 'de.po:3: expected msgstr[0], found msgstr[1]'],
    ['msgid "a"\nmsgid_plural "b"\nmsgstr "c"', 'de.po:3: this message has a msgid_plural; expected msgstr[0]'],
    ['msgid "a"\nmsgstr[0] "c"', 'de.po:2: msgstr[N] is for messages with msgid_plural'],
    ['msgctxt "a"\n', 'msgctxt without a msgid'],
  ])('names file and line of a mistake: %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
