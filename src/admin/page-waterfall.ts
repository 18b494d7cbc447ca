/** The part of the admin page's script that draws requests: the list, the life of an average one, the waterfall of one. */
export const WATERFALL_SCRIPT = String.raw`
const STEPS = ['front', 'queue', 'middleware', 'router', 'view', 'context', 'template', 'response', 'answer', 'write'];
const STEP_NAMES = { front: 'front', queue: 'queue', middleware: 'middlewares', router: 'router', view: 'view', context: 'context', template: 'template', response: 'responses', answer: 'hand back', write: 'write' };

function kindOf(kind) { return { '--kind': 'var(--' + (STEPS.includes(kind) || kind === 'worker' || kind === 'handler' ? kind : 'handler') + ')' }; }

// What happened, in order: { kind, name, start, end, isInner, isOutline }, microseconds after the arrival.
function stepsOf(trace) {
  const end = trace.written ?? trace.finished ?? 0, steps = [];
  const add = (kind, name, start, stop, more) => { if (start !== null && stop !== null && stop >= start) steps.push({ kind, name, start, end: stop, ...more }); };
  add('front', 'read, parsed, routed', 0, trace.parsed ?? end);
  if (trace.dispatched !== null) {
    add('queue', 'waits for a worker', trace.parsed, Math.max(trace.dispatched, handlerStart(trace)));
    add('worker', 'worker ' + trace.worker, Math.max(trace.dispatched, handlerStart(trace)), trace.answered ?? end, { isOutline: true });
    for (const phase of trace.phases.filter(({ kind }) => kind !== 'handler').sort((a, b) => a.start - b.start)) add(phase.kind, phase.name, phase.start, phase.end, { isInner: true });
    const handler = trace.phases.find(({ kind }) => kind === 'handler');
    if (handler) add('answer', 'back to the front', handler.end, trace.answered, { isInner: true });
  }
  add('write', 'to the kernel', trace.answered ?? trace.parsed, end);
  return steps;
}
// In the ring a record waits, too: the worker's own word tells when that was over.
function handlerStart(trace) { return trace.phases.find(({ kind }) => kind === 'handler')?.start ?? 0; }
function durationOf(trace) { return trace.written ?? trace.finished ?? 0; }

// Time by step. What a middleware spends outside of the layers within it is its own; the worker's rest is the handler's.
function sharesOf(trace) {
  const shares = new Map();
  for (const step of stepsOf(trace)) if (!step.isOutline) shares.set(step.kind, (shares.get(step.kind) || 0) + step.end - step.start);
  const outline = stepsOf(trace).find((step) => step.isOutline);
  if (outline) {
    const known = sum(stepsOf(trace).filter((step) => step.isInner).map((step) => step.end - step.start));
    shares.set('handler', Math.max(0, outline.end - outline.start - known));
  }
  return shares;
}

function barOf(trace) {
  const total = Math.max(1, durationOf(trace));
  return make('span', { class: 'bar', 'aria-hidden': 'true' }, ...[...sharesOf(trace)].filter(([, time]) => time > 0).map(([kind, time]) => make('i', { style: { ...kindOf(kind), width: (time / total) * 100 + '%' } })));
}

function shownTraces() {
  if (model.show === 'slow') return [...model.traces].sort((a, b) => durationOf(b) - durationOf(a)).slice(0, 60);
  if (model.show === 'failed') return model.traces.filter((trace) => trace.status >= 400).slice(0, 60);
  return model.traces.slice(0, 60);
}

function drawRequests() {
  const place = document.getElementById('requests');
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.serial : null;
  const scrolled = place.scrollTop;
  const traces = shownTraces();
  place.replaceChildren(...traces.map((trace) => {
    const row = make('button', { class: 'request', 'data-serial': String(trace.serial), 'aria-current': String(model.chosen === trace) },
      make('span', { class: 'status s' + Math.floor(trace.status / 100) }, String(trace.status || '–')),
      make('span', { class: 'what' }, make('span', {}, trace.method || '?'), make('b', {}, trace.target || (trace.route ? '/' + trace.route : '(not followed)'))),
      barOf(trace),
      make('span', { class: durationOf(trace) > 500000 ? 'time slow' : 'time' }, shownTime(durationOf(trace) / 1000)));
    row.addEventListener('click', () => { model.chosen = trace; model.isChosen = true; drawWaterfall(); drawRequests(); });
    return row;
  }), ...(traces.length === 0 ? [make('p', { class: 'empty' }, model.show === 'failed' ? 'None of those that were followed failed.' : 'No request was followed yet.')] : []));
  place.scrollTop = scrolled;
  if (held !== null) place.querySelector('[data-serial="' + held + '"]')?.focus({ preventScroll: true });
}

function drawWaterfall() {
  const trace = model.chosen;
  if (trace === null) return;
  const steps = stepsOf(trace), total = Math.max(1, durationOf(trace));
  const rows = steps.flatMap((step) => [
    make('div', { class: step.isInner ? 'name inner' : 'name', title: step.kind + ' ' + step.name }, make('i', { style: kindOf(step.kind) }), make('span', {}, (step.isOutline ? step.name : step.kind === 'response' ? 'response' : step.kind) + ' ', make('em', {}, step.isOutline ? '' : step.name))),
    make('div', { class: step.isOutline ? 'track outline' : 'track' }, make('i', { style: { ...kindOf(step.kind), left: Math.min(99.5, Math.max(0, step.start / total * 100)) + '%', width: Math.max(0, Math.min(100, (step.end - step.start) / total * 100)) + '%' } })),
    make('div', { class: 'time' }, shownTime((step.end - step.start) / 1000)),
  ]);
  const facts = [['status', trace.status], ['lane', trace.answeredBy], ['route', trace.route && '/' + trace.route], ['content', shownBytes(trace.bytes)], ['worker', trace.worker >= 0 && trace.worker], ['generation', trace.worker >= 0 && trace.generation], ['CPU', trace.cpu !== null && shownTime(trace.cpu / 1000)], ['trace', trace.traceId || (trace.traceParent && trace.traceParent.slice(3, 35))], ['request id', trace.requestId], ['at', new Date(trace.time).toLocaleTimeString()]];
  put('waterfall',
    make('p', { class: 'target' }, (trace.method || '?') + ' ' + (trace.target || '(only its end was seen)')),
    make('div', { class: 'waterfall' }, ...rows),
    make('ul', { class: 'facts' }, ...facts.filter(([, value]) => value !== false && value !== '' && value !== undefined).map(([name, value]) => make('li', {}, make('span', {}, name), String(value)))));
  put('waterfall-facts', shownTime(total / 1000) + ' in all');
}

function drawLife() {
  const traces = model.traces.filter((trace) => trace.answeredBy === 'view' && trace.phases.length > 0).slice(0, 100);
  const total = Math.max(1, sum(traces.map(durationOf)));
  put('life', ...STEPS.map((step) => {
    const time = sum(traces.map((trace) => sharesOf(trace).get(step) || 0));
    return make('li', { style: kindOf(step) }, make('b', {}, STEP_NAMES[step]), make('span', {}, traces.length === 0 ? '–' : shownTime(time / traces.length / 1000)), make('small', {}, traces.length === 0 ? '' : Math.round((time / total) * 100) + '%'));
  }));
  put('life-note', traces.length === 0 ? 'no view was followed yet' : 'mean of the last ' + traces.length + ' views that were followed');
}

function draw() {
  drawTiles(); drawTraffic(); drawLife(); drawSystems(); drawRoutes(); drawRequests();
  if (!model.isChosen && model.traces.length > 0) {
    model.chosen = model.traces.find((trace) => trace.answeredBy === 'view' && trace.phases.length > 0) || model.traces[0];
    drawWaterfall(); drawRequests();
    model.isChosen = true;
  }
}
`;
