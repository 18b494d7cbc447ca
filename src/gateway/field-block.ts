/** Fields of one answer as the front takes them, with what it could not tell from the text any more checked. */
import { blockOf, type FlatFields } from './head.ts';

/** The wire form of a field list. The front checks names, values and the number of lines. TypeError for the rest. */
export function fieldBlock(fields: FlatFields): string {
  if (fields.length % 2 !== 0) throw new TypeError('respond(): the fields are not pairs of name and value');
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (name.includes(':')) throw new TypeError(`respond(): the field name ${JSON.stringify(name)} is not a token`);
  }
  const block = blockOf(fields);
  if (BEYOND_LATIN1.test(block)) {
    throw new TypeError('respond(): a response field holds a character beyond U+00FF; percent-encode it');
  }
  return block;
}

const BEYOND_LATIN1 = /[^\x00-\xff]/;
