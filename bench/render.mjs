/**
 * Template engines beside each other in one process, without a server: node bench/render.mjs [rounds]
 *
 * Each renders the same page (bench/apps/templates, 20 rows) with a context that is made anew, to UTF-8 bytes as a server needs
 * them. Rounds go through the engines in turn; the time for making the context, measured in the same round, is taken off. The
 * smallest round is the quiet machine, the median what to expect. eta runs if it is installed.
 */
import { fileURLToPath } from 'node:url';
import { templates } from '../dist/index.js';
import { pageContext } from './apps/content.mjs';
import { createRenderer } from './apps/render.mjs';

const ROUNDS = Number(process.argv[2] ?? 30);
const PAGES_A_ROUND = 400;
const GOAL = 0.5;
const directory = (name) => fileURLToPath(new URL(`./apps/${name}`, import.meta.url));
const target = Buffer.alloc(1 << 17);

const own = templates({ directory: directory('templates') });
await own.prepare({ debug: false, url: (name) => `/${name}`, staticUrl: (name) => name, staticIntegrity: () => '' });
const nunjucks = createRenderer(directory('templates'));
const eta = await etaRenderer();

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
    'fastserve, gathered (for native code)': () => target.write(own.render('page.html', context()).payload),
    'fastserve, JavaScript alone': () => own.render('page.html', context()).toBytes().length,
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

async function etaRenderer() {
  try {
    const { Eta } = await import('eta');
    const engine = new Eta({ views: directory('templates-eta'), cache: true, defaultExtension: '' });
    return (name, context) => engine.render(name, context);
  } catch {
    return null;
  }
}

/** All engines must make the same page; eta's differs in white space. */
function check(context) {
  const expected = nunjucks('page.html', context());
  if (own.renderToString('page.html', context()) !== expected) throw new Error('fastserve made another page than nunjucks');
  const bare = (html) => html.replace(/\s+/g, '');
  if (eta !== null && bare(eta('page.html', context())) !== bare(expected)) throw new Error('eta made another page than nunjucks');
}

/** CPU time of the process, so that others on the machine count as little as can be; the collector's work counts. */
function time(render) {
  const start = process.cpuUsage();
  for (let i = 0; i < PAGES_A_ROUND; i++) render();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / PAGES_A_ROUND;
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
  if (eta === null) return console.log('eta is not installed: no goal to compare with');
  const ratio = of('fastserve, JavaScript alone').median / of('eta').median;
  console.log(`fastserve in JavaScript alone takes ${ratio.toFixed(2)} of eta's time (goal: at most ${GOAL.toFixed(2)})`);
}
