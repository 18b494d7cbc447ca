/** Raw gateway form: a Buffer of 256 KiB that belongs to the application. */
import { defineHead, gateway } from '../../dist/index.js';
import { BODY_256K, BYTES } from './content.mjs';

const HEAD = defineHead(['content-type', BYTES]);

export default gateway((_request, respond) => respond(200, HEAD, BODY_256K));
