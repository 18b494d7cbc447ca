/** Raw gateway form: async views that wait at the gate until the harness opens it. */
import { defineHead, gateway } from '../../dist/index.js';
import { HELLO, TEXT } from './content.mjs';
import * as gate from './gate.mjs';

const HEAD = defineHead(['content-type', TEXT]);

export default gateway((request, respond) => {
  if (request.target === '/gate/count') return respond(200, HEAD, String(gate.waitingCount()));
  if (request.target === '/gate/open') {
    gate.open();
    return respond(200, HEAD, 'open');
  }
  return gate.wait(() => respond(200, HEAD, HELLO));
});
