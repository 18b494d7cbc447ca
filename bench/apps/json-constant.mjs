/** Raw gateway form: the bytes of apps/json-plain.mjs as a constant. */
import { defineHead, gateway } from '../../dist/index.js';
import { JSON_TYPE, profile } from './content.mjs';

const HEAD = defineHead(['content-type', JSON_TYPE]);
const TEXT = JSON.stringify(profile('en-GB', 'none'));

export default gateway((_request, respond) => respond(200, HEAD, TEXT));
