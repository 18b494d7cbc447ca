/** 103 Early Hints of what answers have taught (`learnEarlyHints`): who gets them, and what is never said. */
import { describe, expect, it } from 'vitest';
import { cachePage, type Config, defineApp, type FastServer, gateway, path, stream, text } from '../../dist/index.js';
import { get, head } from '../support/client.ts';
import { connected, fixtureApp, signal, started } from '../support/servers.ts';

const CSS = '</site.css>; rel=preload; as=style';
const FONT = '</a.woff2>; rel=preload; as=font';
const NAVIGATE = 'Sec-Fetch-Mode: navigate';
const PUPILS = ['127.0.0.1', '127.0.0.2'];

type View = Parameters<typeof path>[1];

function site(view: View, config: Config = {}): Promise<FastServer> {
  return started({ app: defineApp({ urls: [path('', view), path('other/', () => text('other'))] }), workers: 0, learnEarlyHints: true, ...config });
}

const styled: View = () => text('page', { headers: { Link: CSS } });

/** All answers to one request, hints first: `103 link, link` or `200 text`. */
async function told(server: FastServer, request = get('/', NAVIGATE), localAddress = '127.0.0.1'): Promise<string[]> {
  const client = await connected(server, { localAddress });
  client.send(request);
  const answers: string[] = [];
  for (;;) {
    const answer = await client.answer(request.startsWith('HEAD') ? 'HEAD' : 'GET');
    if (answer.status !== 103) return [...answers, `${answer.status} ${answer.text}`];
    answers.push(['103', ...answer.fields.map(([, value]) => value)].join(' '));
  }
}

/** Two clients ask for the page. */
async function taught(server: FastServer, ...lines: string[]): Promise<void> {
  for (const pupil of PUPILS) await told(server, get('/', NAVIGATE, ...lines), pupil);
}

describe('learnt hints', () => {
  it('are sent while the view holds the thread of its worker', async () => {
    const server = await started({ app: fixtureApp('learnt-hints.mjs'), workers: 1, learnEarlyHints: true });
    await taught(server);
    const client = await connected(server);
    client.send(get('/', NAVIGATE));
    const hints = await client.head();
    const at = performance.now();
    expect([hints.status, hints.fields]).toEqual([103, [['Link', CSS]]]);
    expect((await client.answer()).text).toBe('page');
    expect(performance.now() - at).toBeGreaterThan(100);
  });

  it('come before the view has been answered, to every client from the third on', async () => {
    const server = await site(styled);
    expect(await told(server, undefined, '127.0.0.1')).toEqual(['200 page']);
    expect(await told(server, undefined, '127.0.0.2')).toEqual(['200 page']);
    expect(await told(server, undefined, '127.0.0.3')).toEqual([`103 ${CSS}`, '200 page']);
  });

  it('are learnt from streams, too', async () => {
    const server = await site(() => stream(['pa', 'ge'], { headers: { Link: CSS } }));
    await taught(server);
    expect(await told(server)).toEqual([`103 ${CSS}`, '200 page']);
  });

  it('are of one route, whatever its parameters are', async () => {
    const app = defineApp({ urls: [path('items/<int:id>/', styled)] });
    const server = await started({ app, workers: 0, learnEarlyHints: true });
    for (const [index, pupil] of PUPILS.entries()) await told(server, get(`/items/${index}/`, NAVIGATE), pupil);
    expect(await told(server, get('/items/7/?page=2', NAVIGATE))).toEqual([`103 ${CSS}`, '200 page']);
  });

  it('are of one host', async () => {
    const server = await site(styled);
    await taught(server);
    const other = get('/', NAVIGATE).replace('Host: test', 'Host: other.test');
    expect(await told(server, other)).toEqual(['200 page']);
  });

  it('keep their place on a connection where an earlier request is not answered yet', async () => {
    const go = signal();
    const server = await site(styled, { app: defineApp({ urls: [path('', styled), path('slow/', async () => (await go.promise, text('slow')))] }) });
    await taught(server);
    const client = await connected(server);
    client.send(get('/slow/') + get('/', NAVIGATE));
    go.resolve();
    expect((await client.answer()).text).toBe('slow');
    expect((await client.head()).status).toBe(103);
    expect((await client.answer()).text).toBe('page');
  });

  it('are not repeated by hints of the application that say the same', async () => {
    let own = [CSS];
    const server = await site((request) => (request.sendEarlyHints(own), text('page', { headers: { Link: CSS } })));
    await taught(server);
    expect(await told(server)).toEqual([`103 ${CSS}`, '200 page']);
    own = [CSS, FONT];
    expect(await told(server)).toEqual([`103 ${CSS}`, `103 ${FONT}`, '200 page']);
  });

  it('hold the origins that are listed, and no others', async () => {
    const view: View = () => text('page', { headers: { Link: '<https://cdn.example>; rel=preconnect, <https://other.example>; rel=preconnect' } });
    const server = await site(view, { learnEarlyHints: { origins: ['https://cdn.example/'] } });
    await taught(server);
    expect(await told(server)).toEqual(['103 <https://cdn.example>; rel=preconnect', '200 page']);
  });

  it('are counted', async () => {
    const server = await site(styled);
    await taught(server);
    const before = server.stats().hintsSent;
    await told(server);
    await told(server, get('/'));
    expect(server.stats().hintsSent - before).toBe(1);
  });
});

describe('learnt hints are forgotten', () => {
  it('with the first answer that lacks the link', async () => {
    let links = [CSS, FONT].join(', ');
    const server = await site(() => text('page', { headers: { Link: links } }));
    await taught(server);
    links = FONT;
    expect(await told(server)).toEqual([`103 ${CSS} ${FONT}`, '200 page']);
    expect(await told(server)).toEqual([`103 ${FONT}`, '200 page']);
  });

  it('with a reload of the code', async () => {
    const server = await started({ app: fixtureApp('learnt-hints.mjs'), workers: 1, learnEarlyHints: true });
    await taught(server);
    await server.reload();
    expect(await told(server)).toEqual(['200 page']);
  });

  it('but not with an answer that is none to learn from', async () => {
    let answer: () => ReturnType<typeof text> = () => text('page', { headers: { Link: CSS } });
    const server = await site(() => answer());
    await taught(server);
    answer = () => text('gone', { status: 404 });
    expect(await told(server)).toEqual([`103 ${CSS}`, '404 gone']);
    answer = () => text('yours', { headers: { 'Cache-Control': 'private', Link: FONT } });
    expect(await told(server)).toEqual([`103 ${CSS}`, '200 yours']);
    expect(await told(server)).toEqual([`103 ${CSS}`, '200 yours']);
  });
});

describe('never hinted is', () => {
  it('what one client alone was given', async () => {
    const server = await site(styled);
    for (let i = 0; i < 3; i++) expect(await told(server)).toEqual(['200 page']);
  });

  it('what one user was given at two addresses', async () => {
    const server = await site(styled);
    await taught(server, 'Cookie: session=anna');
    expect(await told(server)).toEqual(['200 page']);
  });

  it('a link that changes with each answer', async () => {
    let count = 0;
    const server = await site(() => text('page', { headers: { Link: `</site.css?${count++}>; rel=preload; as=style` } }));
    await taught(server);
    expect(await told(server)).toEqual(['200 page']);
  });

  it('anything from answers that may not be stored', async () => {
    const server = await site(() => text('page', { headers: { Link: CSS, 'Cache-Control': 'no-store' } }));
    await taught(server);
    expect(await told(server)).toEqual(['200 page']);
  });

  it('anything without the setting', async () => {
    const server = await site(styled, { learnEarlyHints: false });
    await taught(server);
    expect(await told(server)).toEqual(['200 page']);
  });
});

describe('no learnt hints go to', () => {
  const strangers: [string, string][] = [
    ['requests that are no navigations', get('/', 'Sec-Fetch-Mode: cors')],
    ['clients that do not say what they ask for', get('/')],
    ['HEAD', head('HEAD', '/', NAVIGATE)],
    ['other methods', head('POST', '/', NAVIGATE, 'Content-Length: 0')],
    ['clients of HTTP/1.0', `GET / HTTP/1.0\r\nHost: test\r\n${NAVIGATE}\r\n\r\n`],
    ['pages of other routes', get('/other/', NAVIGATE)],
    ['paths without a route', get('/nowhere', NAVIGATE)],
  ];
  it.each(strangers)('%s', async (_name, request) => {
    const server = await site(styled);
    await taught(server);
    expect(await told(server, request)).toEqual([expect.stringMatching(/^(200|40[345]) /)]);
  });

  it('those whom a rule refuses', async () => {
    const server = await site(styled, { limits: { rate: [{ name: 'all', prefix: '/', rate: '2/h', key: '$host' }] } });
    await taught(server);
    expect(await told(server)).toEqual([expect.stringMatching(/^429 /)]);
  });

  it('those for whom no worker has room', async () => {
    const go = signal();
    let waits = false;
    const view: View = async () => (waits && (await go.promise), text('page', { headers: { Link: CSS } }));
    const server = await site(view, { limits: { inFlight: 1, queued: 0 } });
    await taught(server);
    waits = true;
    const first = await connected(server);
    first.send(get('/', NAVIGATE));
    expect((await first.head()).status).toBe(103);
    expect(await told(server)).toEqual([expect.stringMatching(/^503 /)]);
    go.resolve();
    expect((await first.answer()).text).toBe('page');
  });

  it('those who get a stored answer', async () => {
    const server = await site(cachePage(60, () => text('page', { headers: { Link: CSS, Vary: 'X-Visitor' } })));
    for (const [index, pupil] of PUPILS.entries()) await told(server, get('/', NAVIGATE, `X-Visitor: ${index}`), pupil);
    expect(await told(server, get('/', NAVIGATE, 'X-Visitor: 0'))).toEqual(['200 page']);
    expect(await told(server, get('/', NAVIGATE, 'X-Visitor: 3'))).toEqual([`103 ${CSS}`, '200 page']);
  });

  it('applications without a URLconf', async () => {
    const server = await started({ app: gateway((_request, respond) => respond(200, ['Link', CSS], 'page')), learnEarlyHints: true });
    await taught(server);
    expect(await told(server)).toEqual(['200 page']);
  });
});
