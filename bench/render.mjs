/**
 * Template engines beside each other in one process, without a server: node bench/render.mjs [rounds]
 *
 * Each renders the same page (bench/apps/templates, 20 rows) with a context that is made anew, to UTF-8 bytes as a server needs
 * them. Rounds go through the engines in turn; the time for making the context, measured in the same round, is taken off. The
 * smallest round is the quiet machine, the median what to expect. Engines that are not installed (bench/setup.mjs) are left out.
 */
import { fileURLToPath } from 'node:url';
import { templates } from '../dist/index.js';
import { pageContext } from './apps/content.mjs';
import { createEtaRenderer, createRenderer } from './apps/render.mjs';
import { answerPage, openPort } from './harness/open-port.mjs';
import { threadTimes, timeSpent } from './harness/process-tree.mjs';

const ROUNDS = Number(process.argv[2] ?? 30);
const PAGES_A_ROUND = 400;
const NATIVE = 'fastserve, gathered and assembled natively';
const ALONE = 'fastserve, JavaScript alone';
/** [own, peer, at most this part of its time] */
const GOALS = [[NATIVE, 'eta', 0.2], [NATIVE, 'nunjucks', 0.1], [ALONE, 'eta', 0.5]];
const directory = (name) => fileURLToPath(new URL(`./apps/${name}`, import.meta.url));
const target = Buffer.alloc(1 << 17);
let responses = 0;

const own = templates({ directory: directory('templates') });
await own.prepare({ debug: false, url: (name) => `/${name}`, staticUrl: (name) => name, staticIntegrity: () => '' });
const nunjucks = createRenderer(directory('templates'));
const eta = await createEtaRenderer(directory('templates-eta')).catch(() => null);
const { port, close } = openPort();
const head = port.registerHead('content-type: text/html; charset=utf-8\r\n', 1);

/** What is shown: the page of the server benchmark, in which little is to be escaped, and one in which every text holds some. */
const DATA = {
  'few characters to escape': pageContext,
  'text that needs escaping': () => {
    const context = pageContext();
    for (const row of context.rows) {
      row.name = `Tom's "finest" ${row.name}, size < 5 & > 3`;
      row.tags = row.tags.map((tag) => `${tag}'s "<>"`);
    }
    return context;
  },
};

for (const [title, context] of Object.entries(DATA)) {
  check(context);
  report(title, measure(variantsWith(context)));
}

/** By name: renders a page once and gives its length in bytes. */
function variantsWith(context) {
  return {
    context: () => context().rows.length,
    'fastserve, gathered only': () => own.render('page.html', context()).sourceBytes,
    [NATIVE]: () => respond(own.render('page.html', context())),
    [ALONE]: () => own.render('page.html', context()).toBytes().length,
    ...(eta === null ? {} : { eta: () => target.write(eta('page.html', context())) }),
    nunjucks: () => target.write(nunjucks('page.html', context())),
  };
}

function measure(variants) {
  const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = -5; round < ROUNDS; round++) {
    for (const [name, render] of Object.entries(variants)) {
      const microseconds = time(render);
      if (round >= 0) times[name].push(microseconds);
    }
  }
  return times;
}

/** Into the memory that it is sent from, as an answer of a worker, with its entity-tag. */
function respond(page) {
  if (answerPage(port, head, page, null) !== 0) throw new Error('the page was refused');
  page.sent();
  if (++responses % 32 === 0) port.flush();
}

/** All engines must make the same page; eta's differs in white space. */
function check(context) {
  const expected = nunjucks('page.html', context());
  if (own.renderToString('page.html', context()) !== expected) throw new Error('fastserve made another page than nunjucks');
  const bare = (html) => html.replace(/\s+/g, '');
  if (eta !== null && bare(eta('page.html', context())) !== bare(expected)) throw new Error('eta made another page than nunjucks');
}

/**
 * µs of CPU a page, of all threads but the one that takes the answers out of the ring: others on the machine count as little as
 * can be, and the collector's work counts. Not all of it from /proc: what that says of the thread that asks is as old as the last tick.
 */
function time(render) {
  const before = threadTimes(process.pid);
  const began = process.cpuUsage();
  for (let i = 0; i < PAGES_A_ROUND; i++) render();
  const { user, system } = process.cpuUsage(began);
  return (user + system - timeSpent(before, threadTimes(process.pid)).io / 1000) / PAGES_A_ROUND;
}

function report(title, times) {
  const without = (name) => times[name].map((value, round) => value - times.context[round]).sort((a, b) => a - b);
  const rows = Object.keys(times).filter((name) => name !== 'context').map((name) => {
    const sorted = without(name);
    return { name, least: sorted[0], median: sorted[sorted.length >> 1] };
  });
  console.log(`${title}: µs of CPU a page, ${ROUNDS} rounds of ${PAGES_A_ROUND} pages, context taken off: least / median`);
  for (const { name, least, median } of rows) console.log(`  ${name.padEnd(40)} ${least.toFixed(1).padStart(7)} ${median.toFixed(1).padStart(7)}`);
  const of = (name) => rows.find((row) => row.name === name);
  for (const [name, peer, limit] of GOALS.filter(([, peer]) => of(peer) !== undefined)) {
    const ratio = of(name).median / of(peer).median;
    console.log(`  ${name}: ${ratio.toFixed(2)} of ${peer}'s time (goal: at most ${limit.toFixed(2)})`);
  }
}

close();
