/** The guest book without a framework: a fetch handler, with the global Request and Response. */
import { allEntries, page, sign, tickWebStream } from './guest-book.ts';

async function sent(request: Request): Promise<Response> {
  const form = Object.fromEntries(new URLSearchParams(await request.text()));
  if (!sign(form)) return new Response('A name and a text, please.', { status: 400 });
  return new Response(null, { status: 303, headers: { Location: '/' } });
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        return new Response(page('fetch'), { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
      case 'POST /sign':
        return sent(request);
      case 'GET /entries.json':
        return Response.json(allEntries());
      case 'GET /clock':
        return new Response(tickWebStream(), { headers: { 'Content-Type': 'text/event-stream' } });
      default:
        return new Response('Nothing here.', { status: 404 });
    }
  },
};
