/** Proxy entries and upstreams: from checked values to what the addon takes. Resolves names, reads PEM files. */
import { createHmac, randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import type { ConfigProblem } from '../errors.ts';
import * as v from 'valibot';
import { suggest } from '../nearest.ts';
import { authorityOf, parseUpstreamName } from './proxy-values.ts';
import type { ProxyRule, Upstream, UpstreamServer, UpstreamTls } from './proxy-types.ts';
import type { CheckedProxy } from './schema-proxy.ts';
import { type CheckedServer, type CheckedUpstream, type CheckedUpstreamTls, upstream as upstreamSchema } from './schema-upstreams.ts';
import { show } from './text.ts';

/** sun_path holds 108 bytes with the closing NUL (unix(7)). */
const MAX_UNIX_PATH_BYTES = 107;
/** Sticky cookies last as long as the process: a server that is started anew spreads its clients anew. */
const STICKY_KEY = randomBytes(32);

export interface CheckedProxying {
  proxy: CheckedProxy[];
  upstreams: Record<string, CheckedUpstream>;
}

export interface Proxying {
  upstreams: Upstream[];
  proxy: ProxyRule[];
}

/** What is wrong is added to `problems`. Relative paths start at `directory`. */
export async function resolveProxying(checked: CheckedProxying, directory: string, problems: ConfigProblem[]): Promise<Proxying> {
  const named = Object.entries(checked.upstreams);
  const upstreams = await Promise.all(named.map(([name, upstream]) => resolveUpstream(name, upstream, `upstreams.${name}`, directory, problems)));
  const proxy: ProxyRule[] = [];
  for (const [index, rule] of checked.proxy.entries()) {
    const same = checked.proxy.findIndex((other) => other.prefix === rule.prefix && other.host === rule.host);
    if (same !== index) {
      problems.push({ path: `proxy[${index}].prefix`, text: `is the same as proxy[${same}].prefix. Give each entry its own prefix or host.` });
    }
    proxy.push({ ...ruleOf(rule), upstream: await upstreamOf(rule.upstream, `proxy[${index}].upstream`, upstreams, directory, problems) });
  }
  return { upstreams, proxy };
}

/** The index of the upstream that is meant; an address becomes an upstream of its own, shared by entries that name it. */
async function upstreamOf(reference: string, path: string, upstreams: Upstream[], directory: string, problems: ConfigProblem[]): Promise<number> {
  const found = upstreams.findIndex((upstream) => upstream.name === reference);
  if (found !== -1) return found;
  if (parseUpstreamName(reference) !== undefined) {
    const near = suggest(reference, upstreams.map((upstream) => upstream.name));
    const fix = near === undefined ? `Add it to upstreams, or write an address such as "http://127.0.0.1:9000".` : `Did you mean "${near}"?`;
    problems.push({ path, text: `got ${show(reference)}, which upstreams does not have. ${fix}` });
    return 0;
  }
  const checked = v.parse(upstreamSchema, { servers: [reference] });
  upstreams.push(await resolveUpstream(reference, checked, path, directory, problems));
  return upstreams.length - 1;
}

function ruleOf(rule: CheckedProxy): Omit<ProxyRule, 'upstream'> {
  const { prefix, stripPrefix, buffer, requestBuffer, rewrite, sendHost, hide, upgrade, cache } = rule;
  return {
    prefix, stripPrefix, buffer, requestBuffer, rewrite, sendHost, hide, upgrade, cache,
    host: rule.host ?? '',
    methods: rule.methods ?? null,
    setLines: rule.setFields.lines,
    setNames: rule.setFields.names,
  };
}

async function resolveUpstream(name: string, checked: CheckedUpstream, path: string, directory: string, problems: ConfigProblem[]): Promise<Upstream> {
  const { balance, hash, sticky = '', queue, health, retries, keepAlive, timeouts } = checked;
  const servers = await Promise.all(checked.servers.map((server, index) => resolveServer(server, `${path}.servers[${index}]`, directory, problems)));
  if (hash !== undefined && balance !== 'hash') {
    problems.push({ path: `${path}.hash`, text: `has no meaning with balance: ${show(balance)}. Remove it, or write balance: "hash".` });
  }
  const tls = servers.some((server) => server.tls) ? await readTls(checked.tls, `${path}.tls`, directory, problems) : null;
  return {
    name, servers, balance, sticky, queue, health, retries, keepAlive, timeouts, tls,
    authority: servers[0]?.authority ?? '',
    uwsgi: servers.some(({ protocol }) => protocol === 'uwsgi'),
    key: balance === 'hash' ? (hash ?? '$remote_addr') : '',
  };
}

async function resolveServer(checked: CheckedServer, path: string, directory: string, problems: ConfigProblem[]): Promise<UpstreamServer> {
  const { url, ...settings } = checked;
  const { label, address } = url;
  const { protocol, tls, port } = address;
  const common = { label, protocol, tls, authority: authorityOf(address), stickyId: stickyIdOf(label), ...settings };
  if (address.unix !== '') {
    const unix = resolvePath(directory, address.unix);
    if (Buffer.byteLength(unix) > MAX_UNIX_PATH_BYTES) {
      problems.push({ path, text: `got ${show(unix)}, expected an absolute path of at most ${MAX_UNIX_PATH_BYTES} bytes. Use a shorter directory such as "/run/app.sock".` });
    }
    return { ...common, host: '', port: 0, unix };
  }
  return { ...common, host: await literalAddress(address.host, path, problems), port, unix: '' };
}

/** Tells a server's place to nobody who does not know this process, and is the same in all of its generations. */
function stickyIdOf(label: string): string {
  return createHmac('sha256', STICKY_KEY).update(label).digest('hex').slice(0, 16);
}

async function literalAddress(host: string, path: string, problems: ConfigProblem[]): Promise<string> {
  if (isIP(host) !== 0) return host;
  // Not left to the resolver: it may answer ::1 first, where few servers listen.
  if (host.toLowerCase() === 'localhost') return '127.0.0.1';
  try {
    return (await lookup(host)).address;
  } catch {
    problems.push({ path, text: `got ${show(host)}, which has no address here. Use a literal IP such as "127.0.0.1", or correct the name.` });
    return '';
  }
}

async function readTls(tls: CheckedUpstreamTls, path: string, directory: string, problems: ConfigProblem[]): Promise<UpstreamTls> {
  const read = async (key: 'ca' | 'cert' | 'key'): Promise<string> => {
    const file = tls[key];
    if (file === undefined) return '';
    const absolute = resolvePath(directory, file);
    try {
      return await readFile(absolute, 'utf8');
    } catch {
      problems.push({ path: `${path}.${key}`, text: `there is no readable file at ${show(absolute)}. Correct the path (it is relative to the configuration file).` });
      return '';
    }
  };
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    const [has, lacks] = tls.cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    problems.push({ path: `${path}.${has}`, text: `needs ${lacks} as well. Add it, or remove ${has}.` });
  }
  return { ca: await read('ca'), cert: await read('cert'), key: await read('key'), name: tls.serverName ?? '', verify: tls.verify };
}
