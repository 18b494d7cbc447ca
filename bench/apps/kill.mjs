/** Raw gateway form: /exit ends the worker, /later answers from a timer (so that a death finds started requests), the rest at once. */
import { defineHead, gateway } from '../../dist/index.js';
import { HELLO, TEXT } from './content.mjs';

const HEAD = defineHead(['content-type', TEXT]);
const LATER_MS = 2;

export default gateway((request, respond) => {
  if (request.target === '/exit') process.exit(3);
  if (request.target !== '/later') return respond(200, HEAD, HELLO);
  return new Promise((resolve) => setTimeout(resolve, LATER_MS)).then(() => respond(200, HEAD, HELLO));
});
