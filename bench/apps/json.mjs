/** Raw gateway form: three async middlewares around an async view that answers JSON. */
import { gateway } from '../../dist/index.js';
import { JSON_TYPE } from './content.mjs';
import { runChain } from './middlewares.mjs';

export default gateway(async (request, respond) => {
  const context = { field: (name) => request.field(name) };
  await runChain(context);
  respond(200, ['content-type', JSON_TYPE, 'x-frame-options', context.frameOptions], JSON.stringify(context.result));
});
