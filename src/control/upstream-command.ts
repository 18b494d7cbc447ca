/** `fastserve ctl upstream`: the servers of upstreams, shown and changed while they serve. Main thread of the server. */
import { suggest } from '../nearest.ts';
import type { FastServer } from '../supervisor/server.ts';
import type { UpstreamControl, UpstreamServerStatus } from '../supervisor/upstreams/control.ts';
import { type ControlResult, refusal } from './protocol.ts';

type Upstreams = Pick<FastServer, 'upstream' | 'upstreams'>;

/** What is done with one server, and what people are told of it. */
type Action = (upstream: UpstreamControl, url: string, value: string | undefined) => Promise<string> | string;

const ACTIONS: Readonly<Record<string, Action>> = {
  add: async (upstream, url, weight) => {
    await upstream.add(weight === undefined ? url : { url, weight: weightOf(weight) });
    return 'gets requests';
  },
  remove: (upstream, url) => (upstream.remove(url), 'gets no more requests; those under way go on'),
  drain: (upstream, url) => (upstream.drain(url), 'gets no new clients'),
  enable: (upstream, url) => {
    upstream.set(url, { down: false });
    upstream.drain(url, false);
    return 'gets requests';
  },
  disable: (upstream, url) => (upstream.set(url, { down: true }), 'gets no more requests; those under way go on'),
  weight: (upstream, url, weight) => (upstream.set(url, { weight: weightOf(weight) }), `has weight ${weight}`),
};

/** Every upstream with its servers. */
export function upstreamsOf(server: Upstreams): { name: string; servers: UpstreamServerStatus[] }[] {
  return server.upstreams.map((name) => ({ name, servers: server.upstream(name).list() }));
}

/** `given`: name, action, server, weight. Without a name all upstreams are shown, without an action one. */
export async function upstreamCommand(server: Upstreams, [name, action = 'list', url, value]: readonly string[]): Promise<ControlResult> {
  if (name === undefined) return { message: '', upstreams: upstreamsOf(server) };
  const upstream = server.upstream(name);
  if (action === 'list') return { message: '', name, servers: upstream.list() };
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (act === undefined) throw unknownAction(action);
  if (url === undefined) throw refusal(`${action} needs the address of a server, for example "http://10.0.0.5:9000".`);
  return { message: `${url} ${await act(upstream, url, value)}`, name, servers: upstream.list() };
}

function unknownAction(action: string): Error {
  const names = ['list', ...Object.keys(ACTIONS)];
  const near = suggest(action, names);
  return refusal(`got "${action.slice(0, 20)}", expected one of ${names.join(', ')}.${near === undefined ? '' : ` Did you mean "${near}"?`}`);
}

function weightOf(text: string | undefined): number {
  if (text !== undefined && /^\d{1,4}$/.test(text)) return Number(text);
  throw refusal(`got "${String(text).slice(0, 20)}", expected a weight from 1 to 1000.`);
}
