/** Fields of one answer as the front takes them, with what it could not tell from the text any more checked. */
import { blockOf, type FlatFields } from '../contract/head.ts';

/** The wire form of a field list. Native code checks characters and the number of lines. TypeError for the rest. */
export function fieldBlock(fields: FlatFields): string {
  if (fields.length % 2 !== 0) throw new TypeError('respond(): the fields are not pairs of name and value');
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (name.includes(':')) throw new TypeError(`respond(): the field name ${JSON.stringify(name)} is not a token`);
  }
  return blockOf(fields);
}
