/** Raw gateway form: reads all content and answers how much there was. */
import { defineHead, gateway } from '../../dist/index.js';
import { TEXT } from './content.mjs';

const HEAD = defineHead(['content-type', TEXT]);

export default gateway(async (request, respond) => {
  const content = await request.body.bytes();
  respond(200, HEAD, String(content.length));
});
