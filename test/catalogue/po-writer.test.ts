import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PoEntry } from '../../src/catalogue/po-entry.ts';
import { readPo } from '../../src/catalogue/po-reader.ts';
import { printPo } from '../../src/catalogue/po-writer.ts';

const header: PoEntry = { context: undefined, id: '', plural: undefined, texts: ['Language: de\n'], flags: [], notes: [], isObsolete: false, line: 1 };
const text = fc.string({ unit: fc.constantFrom('a', 'ä', '"', '\\', '\n', '\t', '\r', '%', '#', ' ', '😀') });
const entry = fc.record({
  context: fc.option(text, { nil: undefined }),
  id: text.filter((id) => id !== ''),
  plural: fc.option(text, { nil: undefined }),
  texts: fc.array(text, { minLength: 1, maxLength: 4 }),
  flags: fc.constantFrom([], ['fuzzy'], ['fuzzy', 'python-format']),
  notes: fc.constantFrom([], ['a note', 'and another']),
  isObsolete: fc.boolean(),
});

test('what is written is what is read', () => {
  fc.assert(
    fc.property(entry, (made) => {
      const written = { ...made, texts: made.plural === undefined ? made.texts.slice(0, 1) : made.texts, line: 0, references: ['a.html:1'] };
      const { references: _, line: __, ...expected } = written;
      const po = readPo(printPo(header, [written]), 'de.po');
      expect(po.entries).toEqual([{ ...expected, line: expect.any(Number) as number }]);
      expect(po.header?.texts).toEqual(header.texts);
    }),
  );
});
