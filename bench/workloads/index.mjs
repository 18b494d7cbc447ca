/**
 * The workloads, one module each, in the order of the report. A module's default export is data:
 *
 *   title        for people
 *   kind         which runner measures it (harness/runners/<kind>.mjs)
 *   app          which application the servers answer with (apps/, and the tables at the top of servers/*.mjs)
 *   appFor       optional: another application for a server, by name
 *   servers      those that have a natural equivalent
 *   path, fields the request: fields are those beyond Host
 *   method, content  optional: of the request that the answer is checked with; wrk's are in `script`
 *   connections  that wrk keeps open, or that the runner opens
 *   behaviour, siegePath  of a siege: what its connections do (clients/besiegers.mjs), and what they ask for
 *   origins      optional: how many constant upstreams (clients/origin.mjs) the servers stand before
 *   fromStore    true: a request that reaches an upstream while it is timed fails the run
 *   heldPath     of a burst: what the upstreams answer only when told to
 *   site, packages, edit  of a swap: the files or the directory of a site, what it imports, and what is changed in it
 *   script       optional: wrk script in this folder
 *   tls          true: over TLS, with the run's certificate
 *   pinned       false: neither server nor client is pinned
 *   expect()     { type, body, status? } that every server must answer, byte for byte
 *   comparesText true: but for white space, and for how engines write the apostrophe
 *   rounds, seconds  optional: caps on the run's own
 */
export const WORKLOADS = [
  'hello', 'pipelined', 'fields', 'json-middlewares', 'static-1k', 'static-64k', 'page', 'full-page', 'body-256k', 'body-256k-owned',
  'latency-c1', 'latency-c1-unpinned', 'idle-5000', 'inflight-10000', 'isolation', 'worker-kills', 'static-10m', 'static-304',
  'static-range', 'tls-1k', 'tls-10m', 'tls-handshake', 'tls-resumed', 'tls-idle',
  'siege-slowloris', 'siege-idle', 'siege-unread', 'siege-burst', 'express',
  'mixed', 'access-log', 'scraped', 'reload-load', 'startup', 'swap-small', 'swap-atlas', 'json', 'post-64k', 'routes-200', 'routes-10000',
  'proxy', 'cache-hit-1k', 'cache-hit-64k', 'cached-view', 'miss-burst', 'upstream-idle',
];

/** @returns {Promise<object>} the workload, with its name */
export async function loadWorkload(name) {
  if (!WORKLOADS.includes(name)) throw new Error(`no workload is named "${name}"; there are ${WORKLOADS.join(', ')}`);
  const module = await import(`./${name}.mjs`);
  return { name, ...module.default };
}
