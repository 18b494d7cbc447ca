/** Proxy entries and upstreams: from checked values to what the addon takes. Resolves names, reads PEM files. */
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import type { ConfigProblem } from '../errors.ts';
import { suggest } from '../nearest.ts';
import { authorityOf, parseServerUrl, parseUpstreamName } from './proxy-values.ts';
import type { ProxyRule, Upstream, UpstreamServer, UpstreamTls } from './proxy-types.ts';
import type { CheckedProxy, CheckedServer, CheckedUpstream, CheckedUpstreamTls } from './schema-proxy.ts';
import { show } from './text.ts';

/** sun_path holds 108 bytes with the closing NUL (unix(7)). */
const MAX_UNIX_PATH_BYTES = 107;

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
  const address = parseServerUrl(reference);
  if (address === undefined || address.protocol !== 'http') {
    problems.push({ path, text: `got ${show(reference)}, which speaks no HTTP. Write for example "http://127.0.0.1:9000".` });
    return 0;
  }
  upstreams.push(await resolveUpstream(reference, { servers: [{ label: reference, address }], ...ADDRESS_DEFAULTS }, path, directory, problems));
  return upstreams.length - 1;
}

/** Of an upstream that is only an address: the defaults of schema-proxy.ts. */
const ADDRESS_DEFAULTS: Omit<CheckedUpstream, 'servers'> = {
  keepAlive: 64,
  tries: 2,
  timeouts: { connect: 5000, firstByte: 60_000, idle: 60_000, send: 30_000, total: 0, tunnel: 3_600_000, keepAlive: 4000 },
  tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, verify: true },
};

function ruleOf(rule: CheckedProxy): Omit<ProxyRule, 'upstream'> {
  const { prefix, stripPrefix, buffer, requestBuffer, rewrite, sendHost, hide, upgrade } = rule;
  return {
    prefix, stripPrefix, buffer, requestBuffer, rewrite, sendHost, hide, upgrade,
    host: rule.host ?? '',
    methods: rule.methods ?? null,
    setLines: rule.setFields.lines,
    setNames: rule.setFields.names,
  };
}

async function resolveUpstream(name: string, checked: CheckedUpstream, path: string, directory: string, problems: ConfigProblem[]): Promise<Upstream> {
  const { keepAlive, tries, timeouts } = checked;
  const servers = await Promise.all(checked.servers.map((server, index) => resolveServer(server, `${path}.servers[${index}]`, directory, problems)));
  const secure = checked.servers.some(({ address }) => address.tls);
  const tls = secure ? await readTls(checked.tls, `${path}.tls`, directory, problems) : null;
  return { name, servers, keepAlive, tries, timeouts, tls };
}

async function resolveServer({ label, address }: CheckedServer, path: string, directory: string, problems: ConfigProblem[]): Promise<UpstreamServer> {
  const { protocol, tls, port } = address;
  const authority = authorityOf(address);
  if (address.unix !== '') {
    const unix = resolvePath(directory, address.unix);
    if (Buffer.byteLength(unix) > MAX_UNIX_PATH_BYTES) {
      problems.push({ path, text: `got ${show(unix)}, expected an absolute path of at most ${MAX_UNIX_PATH_BYTES} bytes. Use a shorter directory such as "/run/app.sock".` });
    }
    return { label, protocol, tls, host: '', port: 0, unix, authority };
  }
  return { label, protocol, tls, host: await literalAddress(address.host, path, problems), port, unix: '', authority };
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
