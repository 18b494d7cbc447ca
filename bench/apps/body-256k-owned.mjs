/** Raw gateway form: the same 256 KiB, handed to the server once. */
import { defineHead, gateway, staticBody } from '../../dist/index.js';
import { BODY_256K, BYTES } from './content.mjs';

const HEAD = defineHead(['content-type', BYTES]);
const BODY = staticBody(BODY_256K);

export default gateway((_request, respond) => respond(200, HEAD, BODY));
