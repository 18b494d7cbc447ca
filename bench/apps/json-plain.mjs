/** Raw gateway form: a document made and serialised for each request. */
import { defineHead, gateway } from '../../dist/index.js';
import { JSON_TYPE, profile } from './content.mjs';

const HEAD = defineHead(['content-type', JSON_TYPE]);

export default gateway((_request, respond) => respond(200, HEAD, JSON.stringify(profile('en-GB', 'none'))));
