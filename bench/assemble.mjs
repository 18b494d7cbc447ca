/**
 * What a page costs from its values to its bytes: gathered and assembled natively, and as ordinary JavaScript would make it.
 *
 *   node bench/assemble.mjs [--rounds 40]        needs the built package
 *
 * One page: a table of 24 products, 147 values, 149 tokens and 196 characters to be escaped, 4 KB. Every page gets fresh values,
 * as a view makes them; making them is measured too and taken off. Rows are run in turns, each many times a round, and judged by
 * their fastest round: other processes only ever make one slower.
 */
import { parseArgs } from 'node:util';
import { GatheredPage } from '../dist/gateway/contract.js';
import { definePageTable, pageToken } from '../dist/gateway/answers/page-body.js';
import { FIRST_LITERAL } from '../dist/gateway/answers/page-payload.js';
import { native } from '../dist/native/load.js';
import { answerPage, answerText, openPort } from './harness/open-port.mjs';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '40' } } });
const ROUNDS = Number(options.rounds);
const PAGES_A_ROUND = 500;
const ROWS = 24;

const SEGMENTS = [
  '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>', '</title>\n<link rel="stylesheet" href="/static/site.css">\n</head>\n<body>\n<p>Signed in as ',
  '</p>\n<h1>', '</h1>\n<table>\n', '<tr>\n<td>', '</td>\n<td><a href="/catalogue/', '">', '</a></td>\n<td>', '</td>\n<td>', '</td>\n</tr>\n',
  '</table>\n<footer><p>All prices include tax.</p></footer>\n</body>\n</html>\n',
];
const table = definePageTable(SEGMENTS.map((bytes) => ({ bytes, mode: 0 })), 1);
const [HEAD, USER, TITLE, TABLE, ROW, LINK, NAME, PRICE, STOCK, END, FOOT] = SEGMENTS.map((_, index) => pageToken(FIRST_LITERAL + index, 1));

/** Fresh strings each time: nothing of the last page is reused. */
function makeView(seed) {
  const rows = [];
  for (let i = 0; i < ROWS; i++) {
    rows.push({ id: seed + i, name: `Nuts & "bolts" <M${i}> 'steel' & more`, price: `${seed + i}.50`, stock: i % 7 });
  }
  return { title: `Catalogue ${seed} <all>`, user: `O'Neil & ${seed}`, rows };
}

const text = (value) => (typeof value === 'string' ? value : `${value}`);

/** As a compiled template does it. */
function gather(view) {
  let out = `${HEAD}${text(view.title)}${USER}${text(view.user)}${TITLE}${text(view.title)}${TABLE}`;
  let tokens = 4;
  for (const row of view.rows) {
    out += ROW + text(row.id) + LINK + text(row.id) + NAME + text(row.name) + PRICE + text(row.price) + STOCK + text(row.stock) + END;
    tokens += 6;
  }
  return new GatheredPage(table, out + FOOT, tokens + 1);
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (value) => {
  const string = text(value);
  return /[&<>"']/.test(string) ? string.replace(/[&<>"']/g, (special) => ENTITIES[special]) : string;
};

/** The same page by escaping and concatenating. */
function concatenate(view) {
  const [head, user, title, begin, row, link, name, price, stock, end, foot] = SEGMENTS;
  let out = head + escaped(view.title) + user + escaped(view.user) + title + escaped(view.title) + begin;
  for (const entry of view.rows) {
    out += row + escaped(entry.id) + link + escaped(entry.id) + name + escaped(entry.name);
    out += price + escaped(entry.price) + stock + escaped(entry.stock) + end;
  }
  return out + foot;
}

const { port, close } = openPort();
const head = port.registerHead('content-type: text/html; charset=utf-8\r\n', 1);
const buffer = Buffer.alloc(64 * 1024);

const respondWith = (page, condition) => answerPage(port, head, page, condition);
const subjects = {
  'view alone': (view) => view.rows.length,
  'gather': (view) => gather(view).payload.length,
  'gather, flatten and copy': (view) => buffer.utf8Write(gather(view).payload, 0),
  'gather, respondPage': (view) => respondWith(gather(view), undefined),
  'gather, respondPage with entity-tag': (view) => respondWith(gather(view), null),
  'gather, respondPage with 304': (view) => respondWith(gather(view), '*'),
  'escape in JavaScript, respond': (view) => answerText(port, head, concatenate(view)),
};

function checkPage() {
  const view = makeView(1);
  const page = gather(view);
  const assembled = native().assemblePage(table.nativeId, page.payload, page.tokens);
  if (assembled.toString() !== concatenate(view)) throw new Error('the assembled page is not the concatenated one');
  console.log(`page: ${assembled.length} bytes, payload ${Buffer.byteLength(page.payload)} bytes, ${page.tokens} tokens`);
}

/** Nanoseconds a page of one round. */
async function round(subject, seed) {
  const begin = process.hrtime.bigint();
  for (let i = 0; i < PAGES_A_ROUND; i++) {
    subject(makeView(seed + i));
    if (i % 32 === 31) port.flush();
  }
  const taken = Number(process.hrtime.bigint() - begin) / PAGES_A_ROUND;
  port.flush();
  await new Promise((resolve) => setImmediate(resolve));
  return taken;
}

checkPage();
const best = Object.fromEntries(Object.keys(subjects).map((name) => [name, Infinity]));
for (let i = 0; i < ROUNDS; i++) {
  for (const [name, subject] of Object.entries(subjects)) best[name] = Math.min(best[name], await round(subject, i * PAGES_A_ROUND));
}
const views = best['view alone'];
console.log(`${'ns a page'.padStart(9)}  (the view's ${views.toFixed(0)} ns taken off)`);
for (const [name, taken] of Object.entries(best)) {
  if (name !== 'view alone') console.log(`${(taken - views).toFixed(0).padStart(9)}  ${name}`);
}
close();
