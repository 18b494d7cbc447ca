/**
 * The servers under test, one module each. A module's default export is a ServerDefinition:
 *
 *   title          for people
 *   unavailable()  null, or the reason why it cannot run here, with what to install
 *   environment()  optional: variables that its process needs
 *   start(options) for servers that run in Node: called in the server's own process (harness/server-host.mjs), resolves to
 *                  { port, stats?(), kill?(), reload?() }. options = { app, root, templates, etaTemplates, workers?, origins?: ports, tls?: { cert, key } as files, answer: { status?, type?, body } }: which application to answer with
 *                  (a workload's app), the directories of static files and of templates, the number of worker threads, the upstreams
 *                  of a proxy, what the workload expects to be answered
 *   command(options, directory) for other programs: { port, command, args }, after writing its configuration to `directory`
 *
 * Peers are imported inside start(), so that naming a server loads nothing.
 */
export const SERVERS = ['fastserve', 'fastserve-direct', 'fastserve-base', 'fastserve-logged', 'fastserve-metrics', 'fastserve-scraped', 'uws', 'node-http', 'fastify', 'fastify-eta', 'express', 'nginx', 'nginx-node', 'h2o', 'haproxy', 'varnish', 'django', 'floor'];

/** @returns {Promise<object>} the definition, with its name */
export async function loadServer(name) {
  if (!SERVERS.includes(name)) throw new Error(`no server is named "${name}"; there are ${SERVERS.join(', ')}`);
  const module = await import(`./${name}.mjs`);
  return { name, ...module.default };
}
