/** What `fastserve status`, `ctl list` and `ctl upstream` show people. */
import type { UpstreamServerStatus } from '../supervisor/upstreams/control.ts';
import { style } from './style.ts';

/** What the command "status" gives (src/control/commands.ts). */
export interface ServerStatus {
  readonly pid: number;
  readonly uptimeMs: number;
  readonly ready: boolean;
  readonly addresses: readonly string[];
  readonly application: { kind: string; generation: number } | null;
  readonly connections: number;
  readonly requests: number;
  readonly queued: number;
  readonly inFlight: number;
  readonly pools: readonly PoolStatus[];
  readonly workers: readonly WorkerStatus[];
  readonly upstreams: readonly { readonly name: string; readonly servers: readonly UpstreamServerStatus[] }[];
}

interface PoolStatus {
  readonly name: string;
  readonly workers: number;
  readonly busy: number;
  readonly waiting: number;
  readonly oldestWait: number;
  readonly rejected: number;
  readonly pinned: boolean;
}

interface WorkerStatus {
  readonly worker: number;
  readonly pool: string;
  readonly state: string;
  readonly generation: number;
  readonly inFlight: number;
  readonly answered: number;
  /** -1: not known. */
  readonly heapBytes: number;
  readonly loopLagMs: number;
  readonly starts: number;
  readonly requests: readonly { method: string; target: string; ageMs: number; streaming: boolean }[];
}

const LABEL_WIDTH = 13;
const TARGET_SHOWN = 60;
const SERVER_COLUMNS = ['upstream', 'server', 'state', 'weight', 'in flight', 'answered', 'failed', 'latency'];
const REQUEST_COLUMNS = ['worker', 'age', 'request'];
const POOL_COLUMNS = ['pool', 'workers', 'busy', 'waiting', 'oldest wait', 'refused'];
const COLUMNS = ['worker', 'pool', 'generation', 'state', 'starts', 'heap', 'loop lag', 'answered', 'in flight', 'oldest request'];

/** Several lines, without the last line end. */
export function statusMessage(status: ServerStatus): string {
  const { application, workers } = status;
  const lines = status.addresses.map((address) => fact('address', style.link(address)));
  lines.push(fact('process', `${status.pid}, up ${span(status.uptimeMs)}${status.ready ? '' : ', not ready'}`));
  lines.push(fact('application', application === null ? 'none, files only' : `${application.kind}, generation ${application.generation}`));
  lines.push(fact('requests', `${status.requests} so far, ${status.inFlight} in workers, ${status.queued} waiting`));
  lines.push(fact('connections', String(status.connections)));
  if (status.pools.length > 1) lines.push('', ...table([POOL_COLUMNS, ...status.pools.map(poolRow)]));
  if (workers.length > 0) lines.push('', ...table([COLUMNS, ...workers.map(row)]));
  const servers = serverRows(status.upstreams);
  if (servers.length > 0) lines.push('', ...table([SERVER_COLUMNS, ...servers]));
  return lines.join('\n');
}

/** The workers, and below them every request that one of them has. */
export function workersMessage(workers: readonly WorkerStatus[]): string {
  if (workers.length === 0) return 'no workers';
  const requests = workers.flatMap(({ worker, requests }) => requests.map((request) => [String(worker), span(request.ageMs), requestText(request)]));
  const lines = table([COLUMNS, ...workers.map(row)]);
  return (requests.length === 0 ? lines : [...lines, '', ...table([REQUEST_COLUMNS, ...requests])]).join('\n');
}

/** The servers of upstreams. */
export function upstreamsMessage(upstreams: ServerStatus['upstreams']): string {
  const servers = serverRows(upstreams);
  return servers.length === 0 ? 'no servers of upstreams' : table([SERVER_COLUMNS, ...servers]).join('\n');
}

function serverRows(upstreams: ServerStatus['upstreams']): string[][] {
  return upstreams.flatMap(({ name, servers }) => servers.map((server) => serverRow(name, server)));
}

function serverRow(name: string, server: UpstreamServerStatus): string[] {
  const { url, state, backup, weight, inFlight, answered, failed, latencyMs } = server;
  const latency = latencyMs === 0 ? '' : `${latencyMs.toFixed(1)} ms`;
  return [name, url, backup ? `${state}, backup` : state, weight, inFlight, answered, failed, latency].map(String);
}

function poolRow({ name, workers, busy, waiting, oldestWait, rejected, pinned }: PoolStatus): string[] {
  return [name, `${workers}${pinned ? ' (pinned)' : ''}`, busy, waiting, waiting === 0 ? '' : span(oldestWait), rejected].map(String);
}

function row({ worker, pool, generation, state, starts, heapBytes, loopLagMs, answered, inFlight, requests }: WorkerStatus): string[] {
  const oldest = requests.reduce<WorkerStatus['requests'][number] | undefined>((old, request) => (old === undefined || request.ageMs > old.ageMs ? request : old), undefined);
  const shown = oldest === undefined ? '' : `${printable(`${oldest.method} ${oldest.target}`)} (${span(oldest.ageMs)}${oldest.streaming ? ', streaming' : ''})`;
  const heap = heapBytes < 0 ? '' : `${Math.round(heapBytes / 1_048_576)} MiB`;
  const lag = loopLagMs < 0 ? '' : span(Math.round(loopLagMs));
  return [worker, pool, generation, state, starts, heap, lag, answered, inFlight, shown].map(String);
}

function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells, index) => {
    const line = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
    return index === 0 ? style.quiet(line) : line;
  });
}

function requestText({ method, target, streaming }: WorkerStatus['requests'][number]): string {
  return `${printable(`${method} ${target}`)}${streaming ? ' (streaming)' : ''}`;
}

/** Targets are of clients. */
function printable(text: string): string {
  const clean = text.replace(/[^\x20-\x7e]/g, '?');
  return clean.length <= TARGET_SHOWN ? clean : `${clean.slice(0, TARGET_SHOWN)}...`;
}

function span(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function fact(label: string, text: string): string {
  return `${style.quiet(label.padEnd(LABEL_WIDTH))}${text}`;
}
