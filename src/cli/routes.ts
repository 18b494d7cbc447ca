/** `fastserve routes`: the URLconf as the front knows it, and which part of a site answers a request. */
import type { Command } from 'commander';
import { DEFAULT_POOL } from '../config/types/pools.ts';
import type { RouteEntry } from '../gateway/contract.ts';
import type { NativeRouteStep } from '../native/binding.ts';
import { ConfigError } from '../errors.ts';
import { type LoadedSite, loadSite, type SiteFlags, withSite } from './loaded-site.ts';
import { style } from './style.ts';

interface RoutesFlags extends SiteFlags {
  explain?: string;
}

const HELP = `
--explain asks the router of the server itself; nothing is run. A request is a method and a target, the method may be left out;
a whole URL also says the host.

Examples:
  $ fastserve routes
  $ fastserve routes --explain "GET /blog/7/"
  $ fastserve routes --explain https://example.org/static/site.css`;

export function addRoutesCommand(program: Command): void {
  withSite(program.command('routes').summary('list routes, explain who answers'))
    .description('List the routes of an application, or say which part of the site answers a request, and why.')
    .option('--explain <request>', 'say who answers this request')
    .addHelpText('after', HELP)
    .action(async (directory: string, flags: RoutesFlags) => {
      const site = await loadSite(directory, flags);
      process.stdout.write(flags.explain === undefined ? list(site, flags) : explain(site, flags.explain, flags));
      process.exit(0);
    });
}

function list({ manifest, application, settings }: LoadedSite, { json }: SiteFlags): string {
  const mounts = settings.mounts.map(({ prefix, host, root, internal, fallthrough }) => ({ prefix, host, root, internal, fallthrough }));
  if (json === true) return `${JSON.stringify({ mounts, routes: manifest?.routes ?? null })}\n`;
  const rows = [
    ...mounts.filter(({ internal }) => !internal).map(({ prefix, host, root }) => [`${host}${prefix}`, 'GET, HEAD', 'files', root, '']),
    ...(manifest?.routes ?? []).map((route) => [`${route.host ?? ''}/${route.pattern}`, route.methods?.join(', ') ?? 'any', route.opaque ? 'view (by expression)' : 'view', route.view, route.name ?? '']),
  ];
  if (manifest === null && application !== null) rows.push(['/**', 'any', 'application', application.kind, '']);
  return `${table([['path', 'methods', 'lane', 'answered by', 'name'], ...rows]).join('\n')}\n`;
}

interface Explanation {
  readonly lane: 'file' | 'proxy' | 'view' | 'application' | 'constant' | 'health';
  readonly text: string;
}

function explain(site: LoadedSite, given: string, { json }: SiteFlags): string {
  const { method, host, path } = requestOf(given);
  const steps = site.front.planRoute(method, host, path).map((step) => ({ ...explanation(step, site), ...step }));
  if (json === true) return `${JSON.stringify({ method, host, path, steps })}\n`;
  const lines = steps.map(({ lane, text }, index) => `${index + 1}. ${style.link(lane)}: ${text}`);
  return `${method} ${path}${host === '' ? '' : ` of ${host}`}\n${lines.join('\n')}\n`;
}

/** What one step means; a step that is not the last may miss. */
function explanation(step: NativeRouteStep, { settings, manifest, application }: LoadedSite): Explanation {
  switch (step.kind) {
    case 'health':
      return { lane: 'health', text: 'the I/O thread answers about the server itself ("health")' };
    case 'host':
      return { lane: 'constant', text: '421, for no pattern of "hosts" fits the host' };
    case 'bad-path':
      return { lane: 'constant', text: '400, for the path has a broken escape or climbs above the root' };
    case 'mount': {
      const mount = settings.mounts[step.index];
      const miss = mount?.fallthrough === true ? 'what is no file goes on' : 'what is no file is 404';
      return { lane: 'file', text: `static[${step.index}]: ${mount?.prefix} has the longest prefix, from ${mount?.root}; ${miss}` };
    }
    case 'proxied': {
      const rule = settings.proxy[step.index];
      return { lane: 'proxy', text: `proxy[${step.index}]: ${rule?.prefix} has the longest prefix, to an upstream` };
    }
    case 'view':
      return { lane: 'view', text: `${shown(manifest?.routes[step.index])}, route ${step.index}${step.params.length === 0 ? '' : ` with ${step.params.map((value) => JSON.stringify(value)).join(', ')}`}; it is the first that matches${placeOf(manifest?.routes[step.index], settings)}` };
    case 'opaque':
      return { lane: 'view', text: `decided in a worker from route ${step.index} on: ${shown(manifest?.routes[step.index])} is a regular expression or has a converter of its own` };
    case 'method':
      return { lane: 'constant', text: `405 with Allow: ${step.allow}, for a route matches the path and none the method` };
    case 'options':
      return { lane: 'constant', text: `204 with Allow: ${step.allow}, for no route takes OPTIONS itself` };
    case 'slash':
      return { lane: 'constant', text: 'a redirect to the path with a slash, which a route matches' };
    case 'not-found':
      return { lane: 'constant', text: '404, for nothing matches' };
    case 'unmatched':
      return { lane: 'application', text: manifest === null ? `everything goes to the application (${application?.kind}), which has no URLconf for the front` : "the application's own 404 page, for nothing matches" };
  }
}

/** Whose workers run the view, where there are pools to choose from, and how many of its requests at once. */
function placeOf(route: RouteEntry | undefined, { pools }: LoadedSite['settings']): string {
  const { pool = DEFAULT_POOL, concurrency, onFull } = route?.policy ?? {};
  const where = pools.length > 1 ? `; its workers are those of the pool "${pool}"` : '';
  const limit = concurrency === undefined ? '' : `; at most ${concurrency} at once, more ${onFull === 'reject' ? 'get 503' : 'wait'}`;
  return where + limit;
}

function shown(route: RouteEntry | undefined): string {
  return route === undefined ? 'the application' : `"${route.host ?? ''}/${route.pattern}" ${route.view}`;
}

/** "GET /x", "/x", "https://host/x". */
function requestOf(given: string): { method: string; host: string; path: string } {
  const match = /^(?:([A-Z]+)\s+)?(?:https?:\/\/([^/?#\s]*))?(\/[^?#\s]*)?(?:[?#]\S*)?$/.exec(given.trim());
  if (match === null || (match[2] === undefined && match[3] === undefined)) {
    throw new ConfigError('fastserve routes', [{ path: '--explain', text: `got ${JSON.stringify(given.slice(0, 100))}, expected a method and a target. Write for example "GET /blog/7/".` }]);
  }
  return { method: match[1] ?? 'GET', host: match[2] ?? '', path: match[3] ?? '/' };
}

function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells, index) => {
    const line = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
    return index === 0 ? style.quiet(line) : line;
  });
}
