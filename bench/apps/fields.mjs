/** Raw gateway form: reads one request field of many. */
import { defineHead, gateway } from '../../dist/index.js';
import { TEXT } from './content.mjs';

const HEAD = defineHead(['content-type', TEXT]);

export default gateway((request, respond) => respond(200, HEAD, request.field('accept-language')));
