/** Proxy entries and upstreams: from checked values to what the addon takes. Resolves names, reads PEM files. */
import { readFile } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import type { ConfigProblem } from '../../errors.ts';
import * as v from 'valibot';
import { suggest } from '../../nearest.ts';
import type { Checker } from '../types/auth.ts';
import { NameSource } from './name-source.ts';
import { parseUpstreamName } from '../values/proxy.ts';
import type { ProxyRule, Upstream, UpstreamTls } from '../types/proxy.ts';
import type { CheckedProxy } from '../schema/proxy.ts';
import { type CheckedUpstream, type CheckedUpstreamTls, upstream as upstreamSchema } from '../schema/upstreams.ts';
import { show } from '../values/show.ts';
import { serversOf } from './upstream-servers.ts';

export interface CheckedProxying {
  proxy: CheckedProxy[];
  upstreams: Record<string, CheckedUpstream>;
  /** Checkers are upstreams, too. */
  auth: readonly { checker: Checker | null }[];
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
  for (const [index, { checker }] of checked.auth.entries()) {
    if (checker !== null && checker.upstream !== '') await upstreamOf(checker.upstream, `auth[${index}].request.upstream`, upstreams, directory, problems);
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
  const { prefix, stripPrefix, buffer, requestBuffer, rewrite, sendHost, hide, upgrade, forwarded, client, via, cache } = rule;
  return {
    prefix, stripPrefix, buffer, requestBuffer, rewrite, sendHost, hide, upgrade, forwarded, client, via, cache,
    host: rule.host ?? '',
    pass: rule.pass ?? null,
    methods: rule.methods ?? null,
    setLines: rule.setFields.lines,
    setNames: rule.setFields.names,
  };
}

async function resolveUpstream(name: string, checked: CheckedUpstream, path: string, directory: string, problems: ConfigProblem[]): Promise<Upstream> {
  const { balance, hash, sticky = '', queue, health, check = null, resolve, retries, keepAlive, proxyProtocol = 0, timeouts } = checked;
  for (const [index, { url }] of checked.servers.entries()) {
    const same = checked.servers.findIndex((other) => other.url.label === url.label);
    if (same !== index) problems.push({ path: `${path}.servers[${index}]`, text: `is the same as servers[${same}]. Remove it; { url, weight: 2 } gives a server two shares.` });
  }
  const names = new NameSource(resolve);
  const resolver = (host: string) => names.endpoints(host);
  const servers = (await Promise.all(checked.servers.map((server, index) => serversOf(server, `${path}.servers[${index}]`, directory, resolver, problems)))).flat();
  if (hash !== undefined && balance !== 'hash') {
    problems.push({ path: `${path}.hash`, text: `has no meaning with balance: ${show(balance)}. Remove it, or write balance: "hash".` });
  }
  if (check !== null && check.port !== 0 && servers.some(({ unix }) => unix !== '')) {
    problems.push({ path: `${path}.check.port`, text: 'has no meaning for a unix socket. Remove it.' });
  }
  const tls = servers.some((server) => server.tls) ? await readTls(checked.tls, `${path}.tls`, directory, problems) : null;
  return {
    name, servers, balance, sticky, queue, health, check, resolve, retries, keepAlive, proxyProtocol, timeouts, tls,
    authority: servers[0]?.authority ?? '',
    uwsgi: servers.some(({ protocol }) => protocol === 'uwsgi'),
    key: balance === 'hash' ? (hash ?? '$remote_addr') : '',
  };
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
