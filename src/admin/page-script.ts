/** The script of the admin page. It polls once a second and draws; every text from outside goes in as text, never as markup. */
import { DRAWING_SCRIPT } from './page-drawing.ts';
import { SYSTEMS_SCRIPT } from './page-systems.ts';
import { WATERFALL_SCRIPT } from './page-waterfall.ts';

const STATE_SCRIPT = String.raw`
const KEEP_POINTS = 120, KEEP_TRACES = 400;
const model = { points: [], traces: [], last: null, chosen: null, show: 'recent', cpu: new Map() };

function countsOf(pairs) { const counts = new Map(); for (const [index, count] of pairs) counts.set(index, count); return counts; }
function added(total, pairs) { for (const [index, count] of pairs) total.set(index, (total.get(index) || 0) + count); return total; }
function without(now, before) { const rest = new Map(); for (const [index, count] of now) { const more = count - (before ? before.get(index) || 0 : 0); if (more > 0) rest.set(index, more); } return rest; }

// Milliseconds below which this share of the counted latencies is; null when there are none.
function percentile(counts, share, bounds) {
  let total = 0; for (const count of counts.values()) total += count;
  if (total === 0) return null;
  let seen = 0;
  for (const [index, count] of [...counts].sort((a, b) => a[0] - b[0])) {
    if (seen + count >= total * share) {
      const low = index === 0 ? 0 : bounds[index - 1], high = bounds[index];
      return (low + (high - low) * ((total * share - seen) / count)) / 1e6;
    }
    seen += count;
  }
  return null;
}

function sum(list) { return list.reduce((total, value) => total + value, 0); }

function take(state) {
  const all = new Map(); let errors = 0, answers = 0;
  const series = new Map();
  for (const one of state.metrics.series) {
    added(all, one.buckets);
    errors += one.byClass[5]; answers += sum(one.byClass);
    series.set((one.isRoute ? '/' : '') + one.name, { one, counts: countsOf(one.buckets), total: sum(one.byClass), errors: one.byClass[4] + one.byClass[5] });
  }
  const taken = { state, all, series, errors, answers, at: state.now };
  const before = model.last;
  if (before !== null) {
    const seconds = Math.max(.2, (taken.at - before.at) / 1000);
    const latest = without(all, before.all);
    model.points.push({
      rate: Math.max(0, answers - before.answers) / seconds,
      errors: Math.max(0, errors - before.errors) / seconds,
      p50: percentile(latest, .5, state.metrics.bounds), p99: percentile(latest, .99, state.metrics.bounds),
    });
    if (model.points.length > KEEP_POINTS) model.points.shift();
    taken.rates = new Map([...series].map(([name, now]) => {
      const old = before.series.get(name);
      return [name, { rate: (now.total - (old ? old.total : 0)) / seconds }];
    }));
    for (const worker of state.workers) {
      const old = before.state.workers.find((one) => one.slot === worker.slot);
      model.cpu.set(worker.slot, {
        busy: old && worker.cpuMs >= 0 && old.cpuMs >= 0 && worker.cpuMs >= old.cpuMs ? Math.min(1, (worker.cpuMs - old.cpuMs) / (seconds * 1000)) : null,
        rate: old ? Math.max(0, worker.answered - old.answered) / seconds : 0,
      });
    }
  }
  model.last = taken;
  model.traces = [...state.traces.reverse(), ...model.traces].slice(0, KEEP_TRACES);
}

async function poll() {
  const after = model.traces.reduce((newest, trace) => Math.max(newest, trace.serial), 0);
  try {
    const answer = await fetch('/api/state?after=' + after, { headers: { accept: 'application/json' } });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    take(await answer.json());
    setLive(true);
    draw();
  } catch {
    setLive(false);
  }
  setTimeout(poll, document.hidden ? 5000 : 1000);
}

function setLive(isLive) {
  document.getElementById('live').className = isLive ? 'is-live' : '';
  const text = isLive ? 'live' : 'no answer, trying again';
  const place = document.getElementById('live-text');
  if (place.textContent !== text) place.textContent = text;
}

for (const which of ['recent', 'slow', 'failed']) {
  document.getElementById('show-' + which).addEventListener('click', () => {
    model.show = which;
    for (const other of ['recent', 'slow', 'failed']) document.getElementById('show-' + other).setAttribute('aria-pressed', String(other === which));
    drawRequests();
  });
}
poll();
`;

export const PAGE_SCRIPT = `'use strict';\n${DRAWING_SCRIPT}${SYSTEMS_SCRIPT}${WATERFALL_SCRIPT}${STATE_SCRIPT}`;
