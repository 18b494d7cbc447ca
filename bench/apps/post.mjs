/** Raw gateway form: looks at all content, as the peers do piece by piece, and answers how much there was. */
import { defineHead, gateway } from '../../dist/index.js';
import { TEXT } from './content.mjs';

const HEAD = defineHead(['content-type', TEXT]);

export default gateway(async (request, respond) => {
  let bytes = 0;
  await request.body.consume((piece) => (bytes += piece.byteLength));
  respond(200, HEAD, String(bytes));
});
