/**
 * What each shipped middleware adds to a request: the pipeline without a server, once bare and once with the middleware, in turns.
 * Prints the median of the rounds in µs of CPU for each request. Needs dist/.
 *
 *   node bench/middlewares.mjs [--rounds 9] [--requests 200000]
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as fastserve from '../dist/index.js';
import { summarise } from './harness/statistics.mjs';

const KEY = 'a key that is long enough for a benchmark';
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, requests: { type: 'string', default: '200000' } } });
const rounds = Number(values.rounds);
const requests = Number(values.requests);

const MIDDLEWARES = {
  'a layer that does nothing': (_request, next) => next(),
  'a layer that sets one field': (_request, next) => {
    const response = next();
    response.headers.set('x-layer', '1');
    return response;
  },
  'securityHeaders()': fastserve.securityHeaders(),
  "securityHeaders({ csp: { 'script-src': [NONCE] } })": fastserve.securityHeaders({ csp: { 'script-src': [fastserve.NONCE] } }),
  'allowedHosts()': fastserve.allowedHosts(['localhost', '*.example.org']),
  "common({ www: 'remove' })": fastserve.common({ www: 'remove' }),
  'requestId()': fastserve.requestId(),
  'sessions(), not asked for': fastserve.sessions({ store: fastserve.memoryStore() }),
  'csrf(), GET without a form': fastserve.csrf(),
  'messages(), none': fastserve.messages({ key: KEY }),
  'conditionalGet(), page of 1 KiB': fastserve.conditionalGet(),
  'defaultCacheControl()': fastserve.defaultCacheControl(),
  'serverTiming()': fastserve.serverTiming(),
  'locale(), the default language': fastserve.locale({ cookieName: false }),
  'locale(), another language': fastserve.locale(),
};

const page = 'x'.repeat(1024);
const FIELDS = { host: 'localhost', 'user-agent': 'bench', cookie: 'sessionid=abc; language=de' };
const REQUEST = {
  method: 'GET', target: '/', path: '/', query: '', httpVersion: '1.1', scheme: 'http', authority: 'localhost',
  remoteAddress: '127.0.0.1', remotePort: 1, routeId: 0, paramCount: 0,
  param: () => '', field: (name) => FIELDS[name], rawFields: () => [], body: null, signal: null,
};

const catalogues = await mkdtemp(join(tmpdir(), 'fastserve-bench-'));
await mkdir(join(catalogues, 'de/LC_MESSAGES'), { recursive: true });
await writeFile(join(catalogues, 'de/LC_MESSAGES/messages.po'), 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n');
const i18n = { directory: catalogues, languages: ['en', 'de'] };

async function application(middleware) {
  const bound = fastserve.defineApp({ urls: [fastserve.path('', () => fastserve.html(page))], middleware, i18n }).bind();
  await bound.start();
  return bound.handle;
}

/** µs of CPU for each request: others may be busy on the machine. */
function time(handle) {
  let sent = 0;
  const respond = (_status, fields) => void (sent += fields.length ?? 1);
  const before = process.cpuUsage();
  for (let i = 0; i < requests; i++) handle(REQUEST, respond);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
}

async function measure(middleware) {
  const bare = await application([]);
  const layered = await application([middleware]);
  const differences = [];
  time(bare);
  time(layered);
  for (let round = 0; round < rounds; round++) {
    const without = time(bare);
    differences.push(time(layered) - without);
  }
  return summarise(differences).median;
}

for (const [name, middleware] of Object.entries(MIDDLEWARES)) {
  console.log(`${(await measure(middleware)).toFixed(3).padStart(8)} µs  ${name}`);
}
await rm(catalogues, { recursive: true });
