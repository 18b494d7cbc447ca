/** The part of the admin page's script that draws numbers: tiles, the chart, routes. */
export const DRAWING_SCRIPT = String.raw`
// An element: attributes by name, children as elements or text.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === 'style') for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}
function svg(tag, attributes, text) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}
function put(id, ...children) { document.getElementById(id).replaceChildren(...children); }

function shownNumber(value) {
  if (value >= 1e6) return (value / 1e6).toFixed(1) + 'M';
  if (value >= 1e4) return (value / 1e3).toFixed(1) + 'k';
  if (value >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return value.toFixed(1);
}
function parts(ms) {
  if (ms === null || ms === undefined) return ['–', ''];
  if (ms < 1) return [String(Math.round(ms * 1000)), 'µs'];
  if (ms < 1000) return [ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : String(Math.round(ms)), 'ms'];
  return [(ms / 1000).toFixed(2), 's'];
}
function shownTime(ms) { return parts(ms).join(' ').trim(); }
function shownBytes(bytes) { return bytes < 1024 ? bytes + ' B' : bytes < 1048576 ? (bytes / 1024).toFixed(1) + ' KiB' : (bytes / 1048576).toFixed(0) + ' MiB'; }
function shownSpan(seconds) {
  if (seconds < 90) return Math.round(seconds) + ' s';
  if (seconds < 5400) return Math.round(seconds / 60) + ' min';
  return seconds < 172800 ? (seconds / 3600).toFixed(1) + ' h' : Math.round(seconds / 86400) + ' days';
}

function tile(name, value, unit, note, isBad) {
  return make('dl', { class: 'tile' }, make('dt', {}, name), make('dd', isBad ? { class: 'bad' } : {}, value, make('small', {}, unit)), make('p', {}, note));
}

function drawTiles() {
  const { state } = model.last;
  const now = model.points.at(-1) || { rate: 0, errors: 0, p50: null, p99: null };
  const waiting = state.stats.queued;
  const [median, medianUnit] = parts(now.p50), [high, highUnit] = parts(now.p99);
  put('tiles',
    tile('Requests', shownNumber(now.rate), '/s', shownNumber(state.stats.requests) + ' since the start'),
    tile('Median', median, medianUnit, 'of the last second'),
    tile('99%', high, highUnit, 'of the last second'),
    tile('In flight', shownNumber(state.stats.inFlight), '', waiting === 0 ? 'nobody waits' : waiting + ' waiting', waiting > 0),
    tile('Errors', shownNumber(now.errors), '/s', shownNumber(model.last.errors) + ' answers with 5xx', now.errors > 0),
    tile('Connections', shownNumber(state.stats.connectionsOpen), '', shownBytes(state.rss) + ' memory'));
  put('facts', 'process ' + state.pid + ' · up ' + shownSpan((state.now - state.startedAt) / 1000) + (state.generation > 0 ? ' · generation ' + state.generation : ''));
}

function niceTop(value) {
  const power = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1e-3))));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((top) => top >= value) || power * 10;
}

function drawTraffic() {
  const place = document.getElementById('traffic');
  const width = Math.max(300, place.clientWidth), height = 190, left = 46, right = 56, top = 8, bottom = 22;
  const points = model.points, inner = width - left - right, tall = height - top - bottom;
  const topRate = niceTop(Math.max(1, ...points.map((point) => point.rate)));
  const topTime = niceTop(Math.max(.1, ...points.map((point) => point.p99 || 0)));
  const span = points.length <= 30 ? 30 : points.length <= 60 ? 60 : 120;  // seconds that are shown
  const x = (index) => left + inner * ((span - points.length + index) / (span - 1));
  const y = (share) => top + tall * (1 - share);
  const drawing = svg('svg', { viewBox: '0 0 ' + width + ' ' + height, role: 'img', 'aria-label': 'Requests a second and latency in the last two minutes' });
  for (const share of [0, .5, 1]) {
    drawing.append(svg('line', { class: 'grid', x1: left, x2: width - right, y1: y(share), y2: y(share) }));
    drawing.append(svg('text', { x: left - 8, y: y(share) + 4, 'text-anchor': 'end' }, shownNumber(topRate * share)));
    drawing.append(svg('text', { x: width - right + 8, y: y(share) + 4 }, share === 0 ? '0' : shownTime(topTime * share)));
  }
  for (const ago of [span, span * .75, span / 2, span / 4, 0]) drawing.append(svg('text', { x: left + inner * (1 - ago / span), y: height - 4, 'text-anchor': ago === 0 ? 'end' : ago === span ? 'start' : 'middle' }, ago === 0 ? 'now' : Math.round(ago) + ' s'));
  if (points.length > 1) {
    const line = (value) => { let path = '', open = false; points.forEach((point, index) => { const share = value(point); if (share === null) { open = false; return; } path += (open ? 'L' : 'M') + x(index).toFixed(1) + ' ' + y(Math.min(1, share)).toFixed(1); open = true; }); return path; };
    const rate = line((point) => point.rate / topRate);
    drawing.append(svg('path', { class: 'area', d: rate + 'L' + x(points.length - 1) + ' ' + y(0) + 'L' + x(0) + ' ' + y(0) + 'Z' }), svg('path', { class: 'rate', d: rate }));
    drawing.append(svg('path', { class: 'p50', d: line((point) => (point.p50 === null ? null : point.p50 / topTime)) }), svg('path', { class: 'p99', d: line((point) => (point.p99 === null ? null : point.p99 / topTime)) }));
  }
  place.replaceChildren(drawing);
}

function drawRoutes() {
  const { series, rates, state } = model.last;
  const total = Math.max(1, sum([...series.values()].map((one) => one.total)));
  put('routes', ...[...series].filter(([, one]) => one.total > 0).map(([name, { one, counts, total: count, errors }]) => {
    const bounds = state.metrics.bounds;
    return make('tr', {},
      make('td', {}, one.isRoute ? name : make('span', { class: 'lane' }, one.name === 'view' ? 'views without a route' : one.name)),
      make('td', {}, make('div', { class: 'bar', role: 'img', 'aria-label': Math.round((count / total) * 100) + '%' }, make('i', { style: { width: (count / total) * 100 + '%', '--kind': one.isRoute ? 'var(--view)' : 'var(--front)' } }))),
      make('td', {}, shownNumber(rates ? rates.get(name).rate : 0)),
      make('td', {}, shownTime(percentile(counts, .5, bounds))),
      make('td', {}, shownTime(percentile(counts, .99, bounds))),
      make('td', {}, shownNumber(count)),
      make('td', {}, errors === 0 ? '–' : shownNumber(errors)));
  }));
}
`;
