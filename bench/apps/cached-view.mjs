/** A view whose answer is kept: only the first request runs it. */
import { Response, cachePage, defineApp, path } from '../../dist/index.js';
import { BYTES, FILE_1K } from './content.mjs';

const INIT = { headers: { 'content-type': BYTES } };

export default defineApp({
  urls: [path('static/1k.bin', cachePage(86_400, () => new Response(FILE_1K, INIT)))],
});
