/** Raw gateway form: a view that keeps its thread for 20 ms. */
import { defineHead, gateway } from '../../dist/index.js';
import { HELLO, TEXT } from './content.mjs';
import { burn } from './burn.mjs';

const HEAD = defineHead(['content-type', TEXT]);

export default gateway((_request, respond) => {
  burn();
  respond(200, HEAD, HELLO);
});
