/**
 * The checks of the gateway contract on a response, for runners without the native front (inject): what `respond` refuses.
 */
import { TOKEN } from '../../http/token.ts';
import { type FlatFields, Head } from '../contract.ts';

/** RFC 9110 5.5. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The fields as a flat list. TypeError for a status outside 200..599 or a field that would break the message. */
export function checkedFields(status: number, fields: FlatFields | Head): FlatFields {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError(`respond(): status ${String(status)} is not between 200 and 599`);
  }
  const flat = fields instanceof Head ? fields.fields : fields;
  if (flat.length % 2 !== 0) throw new TypeError('respond(): the fields are not pairs of name and value');
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (!TOKEN.test(name)) throw new TypeError(`respond(): the field name ${JSON.stringify(name)} is not a token`);
    if (!VALUE.test(flat[i + 1] as string)) {
      throw new TypeError(`respond(): the value of the field '${name}' holds a line break, a control character or one beyond U+00FF`);
    }
  }
  return flat;
}
