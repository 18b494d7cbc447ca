/** Raw gateway form: a constant text. */
import { defineHead, gateway } from '../../dist/index.js';
import { HELLO, TEXT } from './content.mjs';

const HEAD = defineHead(['content-type', TEXT]);

export default gateway((_request, respond) => respond(200, HEAD, HELLO));
