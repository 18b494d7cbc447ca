/** The part of the admin page's script that draws what requests meet: workers, pools with their lines, the cache, upstreams. */
export const SYSTEMS_SCRIPT = String.raw`
function poolOf(slot) { return model.last.state.stats.pools.find((pool) => slot >= pool.firstSlot && slot < pool.firstSlot + pool.slots); }

// What a worker is in the middle of, the longest first; else what it was last seen with.
function doing(worker) {
  const now = model.last.state.running.filter((request) => request.worker === worker.slot).sort((a, b) => b.ageMs - a.ageMs);
  if (now.length > 0) {
    const rows = now.slice(0, 3).map((request) => make('li', { class: request.ageMs >= 1000 ? 'long' : '' }, make('span', {}, request.method + ' ' + request.target), make('b', {}, shownTime(Math.max(1, request.ageMs)))));
    return make('ul', { class: 'doing' }, ...rows, now.length > 3 ? make('li', {}, 'and ' + (now.length - 3) + ' more') : null);
  }
  const last = model.traces.find((trace) => trace.worker === worker.slot);
  return make('p', {}, last ? 'last: ' + last.method + ' ' + last.target : 'nothing seen yet');
}

function drawWorkers() {
  const { workers, stats } = model.last.state;
  put('workers', ...workers.map((worker) => {
    const { busy, rate } = model.cpu.get(worker.slot) || { busy: null, rate: 0 };
    const pool = poolOf(worker.slot);
    const isUp = worker.state === 'attached';
    return make('article', { class: isUp ? 'worker' : 'worker dead' },
      make('h3', {}, 'Worker ' + worker.slot + (stats.pools.length > 1 && pool ? ' · ' + pool.name : ''), make('span', {}, isUp ? (worker.inFlight > 0 ? worker.inFlight + ' in flight' : 'idle') : worker.state)),
      make('div', { class: busy > .8 ? 'meter hot' : 'meter', role: 'img', 'aria-label': 'CPU' }, make('i', { style: { width: (busy || 0) * 100 + '%' } })),
      make('p', {}, (busy === null ? '' : Math.round(busy * 100) + '% CPU · ') + shownNumber(rate) + '/s · ' + shownNumber(worker.answered) + ' answered'),
      make('p', {}, worker.heapBytes < 0 ? '' : shownBytes(worker.heapBytes) + ' heap · loop ' + shownTime(worker.loopLagMs) + ' late' + (worker.starts > 1 ? ' · start ' + worker.starts : '')),
      doing(worker));
  }), ...(workers.length === 0 ? [make('p', { class: 'empty' }, 'There is no application: only files are served.')] : []));
}

// share: null for what is no part of anything.
function row(name, note, share, isHot, right) {
  const meter = share === null ? null : make('div', { class: isHot ? 'meter hot' : 'meter', role: 'img', 'aria-label': Math.round(share * 100) + '%' }, make('i', { style: { width: Math.min(1, share) * 100 + '%' } }));
  return make('li', {}, make('b', {}, name), make('span', {}, note), meter, make('em', {}, right));
}

function drawPools() {
  const { pools } = model.last.state.stats;
  put('pools', ...pools.map((pool) => row(pool.name,
    pool.waiting > 0 ? pool.waiting + ' waiting, the oldest ' + shownTime(pool.oldestWait) : pool.waited > 0 ? 'nobody waits; ' + shownTime(pool.waitedMs / pool.waited) + ' on average before' : 'nobody waits',
    pool.workers === 0 ? 0 : pool.busy / pool.workers, pool.waiting > 0,
    pool.busy + ' of ' + pool.workers + ' busy' + (pool.rejected > 0 ? ' · ' + shownNumber(pool.rejected) + ' refused' : ''))));
  document.getElementById('pools-card').hidden = pools.length === 0;
}

function drawCache() {
  const { stats } = model.last.state;
  const asked = stats.cacheHits + stats.cacheStale + stats.cacheMisses;
  document.getElementById('cache-card').hidden = asked === 0;
  if (asked === 0) return;
  const hits = stats.cacheHits + stats.cacheStale;
  put('cache', row('from the store', shownNumber(hits) + ' of ' + shownNumber(asked) + (stats.cacheStale > 0 ? ', ' + shownNumber(stats.cacheStale) + ' stale' : ''), hits / asked, false, Math.round((hits / asked) * 100) + '%'),
    row('kept', shownNumber(stats.cacheStored) + ' stored, ' + shownNumber(stats.cacheEvictions) + ' driven out', null, false, shownBytes(stats.cacheBytes)),
    row('waited for another', 'requests that shared its answer', stats.cacheWaits / asked, false, shownNumber(stats.cacheWaits)));
}

function drawUpstreams() {
  const { upstreams } = model.last.state;
  document.getElementById('upstreams-card').hidden = upstreams.length === 0;
  put('upstreams', ...upstreams.flatMap((upstream) => upstream.servers.map((server) => {
    const total = server.answered + server.failed;
    const item = row(server.url, upstream.name + ' · ' + server.state + (server.inFlight > 0 ? ' · ' + server.inFlight + ' in flight' : ''), total === 0 ? 0 : server.answered / total, server.state !== 'up',
      shownNumber(server.answered) + ' answered' + (server.failed > 0 ? ' · ' + shownNumber(server.failed) + ' failed' : '') + (server.latencyMs > 0 ? ' · ' + shownTime(server.latencyMs) : ''));
    if (server.state !== 'up') item.className = 'off';
    return item;
  })));
}

function drawSystems() { drawWorkers(); drawPools(); drawCache(); drawUpstreams(); }
`;
