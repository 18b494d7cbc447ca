/** What a running server can be asked for over its control socket. Main thread of the server. */
import { LOG_LEVELS } from '../log/level.ts';
import { suggest } from '../nearest.ts';
import { addressUrl } from '../supervisor/listen/address-url.ts';
import type { RunningServer } from '../supervisor/running-server.ts';
import { type ControlRequest, type ControlResult, refusal } from './protocol.ts';
import { purgeCommand } from './purge-command.ts';
import { upstreamCommand, upstreamsOf } from './upstream-command.ts';

/** What commands act on. */
export interface ControlTarget {
  readonly server: RunningServer;
  /** Ends the process gracefully; quickly: without waiting for anybody. */
  stop(quickly: boolean): void;
}

interface Command {
  /** Its arguments, for people; those in brackets may be left out. */
  readonly usage: string;
  readonly about: string;
  run(target: ControlTarget, given: readonly string[]): Promise<ControlResult> | ControlResult;
}

const DIGITS = /^\d{1,4}$/;

/** By name, in the order in which help shows them. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  status: { usage: '', about: 'what the server does now; `fastserve status` shows it as a table', run: ({ server }) => status(server) },
  list: { usage: '', about: 'the workers, and the requests that each of them has', run: async ({ server }) => ({ message: '', workers: await workersOf(server) }) },
  reload: { usage: '', about: 'read the configuration and load the code anew', run: ({ server }) => reload(server) },
  kill: { usage: '<worker>', about: 'end the thread of a worker; what it has begun is answered with 502, and another one starts', run: kill },
  scale: { usage: '[pool] <workers|auto>', about: 'have this many workers (of the first pool where none is named); reloads keep the number. auto: follow the line again', run: scale },
  drain: { usage: '[off]', about: 'say "not ready" to readiness probes, so that no new clients come; off: take it back', run: drain },
  upstream: {
    usage: '[name] [list|add|remove|drain|enable|disable|weight] [server] [weight]',
    about: 'the servers of upstreams: show them, or change them while they serve',
    run: ({ server }, given) => upstreamCommand(server, given),
  },
  purge: { usage: '<url|prefix|tag|fragment> <text>', about: 'forget stored answers by URL, by its beginning, or by tag; fragments of templates by name', run: ({ server }, given) => purgeCommand(server, given) },
  'log-level': { usage: '[error|warn|info|debug]', about: 'which entries the error log and the application\'s take; without a level: show it', run: logLevel },
  'reopen-log': { usage: '', about: 'open the file of the access log again, after it was moved away', run: reopenLog },
  stop: { usage: '[now]', about: 'finish what is under way and end; now: end without waiting', run: stop },
};

/** Does what a request asks for. Rejects with FastServeError FS_CONTROL for what is no command. */
export async function runCommand(target: ControlTarget, { command, arguments: given }: ControlRequest): Promise<ControlResult> {
  const found = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (found !== undefined) return found.run(target, given);
  throw refusal(unknownCommand(command));
}

/** The sentence about a name that is none of COMMANDS. */
export function unknownCommand(name: string): string {
  const names = Object.keys(COMMANDS);
  const near = suggest(name, names);
  return `there is no command "${name.slice(0, 50)}". ${near === undefined ? `The commands are ${names.join(', ')}.` : `Did you mean "${near}"?`}`;
}

async function status(server: RunningServer): Promise<ControlResult> {
  const { connectionsOpen, requests, queued, inFlight } = server.stats();
  const { application } = server;
  return {
    message: '',
    pid: process.pid,
    uptimeMs: Math.round(process.uptime() * 1000),
    ready: server.ready,
    addresses: server.addresses.map(addressUrl),
    application: application === null ? null : { kind: application.kind, generation: application.generation },
    connections: connectionsOpen,
    requests,
    queued,
    inFlight,
    pools: server.poolStats().map(({ firstSlot: _, slots: __, ...pool }) => pool),
    workers: await workersOf(server),
    upstreams: upstreamsOf(server),
  };
}

/** Those that are there, by slot, each with its requests, oldest first. */
async function workersOf(server: RunningServer): Promise<object[]> {
  const pools = server.poolStats();
  const poolOf = (slot: number) => pools.find(({ firstSlot, slots }) => slot >= firstSlot && slot < firstSlot + slots)?.name ?? '';
  const running = await server.runningRequests();
  return server.stats().workers.flatMap(({ state, cpuMs: _, started: __, ...facts }, worker) => {
    if (state === 'free') return [];
    const requests = running.filter((request) => request.worker === worker).map(({ worker: _, ...request }) => request);
    return [{ worker, pool: poolOf(worker), state, ...facts, requests }];
  });
}

async function reload(server: RunningServer): Promise<ControlResult> {
  const { generation, ms, restart } = await server.reload();
  const waits = restart.length === 0 ? '' : `; ${restart.join(', ')} changed too, which needs a restart`;
  const code = server.application === null ? '' : `: generation ${generation}`;
  return { message: `reloaded in ${ms} ms${code}${waits}`, generation, ms, restart };
}

function kill({ server }: ControlTarget, [given = '']: readonly string[]): ControlResult {
  const worker = DIGITS.test(given) ? Number(given) : -1;
  if (!server.killWorker(worker)) throw refusal(`got "${given.slice(0, 20)}", expected the number of a worker. \`fastserve status\` shows them.`);
  return { message: `worker ${worker} is ended; another one starts in its place`, worker };
}

async function scale({ server }: ControlTarget, given: readonly string[]): Promise<ControlResult> {
  const [pool, count = ''] = given.length > 1 ? given : [undefined, ...given];
  const workers = count === 'auto' ? count : DIGITS.test(count) ? Number(count) : 0;
  if (workers !== 'auto' && workers < 1) throw refusal(`got "${count.slice(0, 20)}", expected a whole number from 1 up, or "auto".`);
  await server.scale(workers, pool);
  const which = pool === undefined ? '' : ` in ${pool}`;
  return { message: workers === 'auto' ? `as many workers${which} as the waiting line needs` : `${workers} worker${workers === 1 ? '' : 's'}${which}`, workers };
}

function drain({ server }: ControlTarget, [given]: readonly string[]): ControlResult {
  if (given !== undefined && given !== 'off') throw refusal(`got "${given.slice(0, 20)}", expected "off" or nothing.`);
  const ready = given === 'off';
  server.setReady(ready);
  return { message: ready ? 'ready again' : 'not ready any more: probes hear 503, clients that are there are served', ready };
}

function logLevel({ server }: ControlTarget, [given]: readonly string[]): ControlResult {
  const level = given === undefined ? server.log.level : LOG_LEVELS.find((name) => name === given);
  if (level === undefined) throw refusal(`got "${String(given).slice(0, 20)}", expected one of ${LOG_LEVELS.join(', ')}.`);
  server.log.level = level;
  return { message: `the error log takes entries from "${level}" up`, level };
}

function reopenLog({ server }: ControlTarget): ControlResult {
  server.reopenLog();
  return { message: 'the access log was opened again' };
}

function stop({ stop: end }: ControlTarget, [given]: readonly string[]): ControlResult {
  if (given !== undefined && given !== 'now') throw refusal(`got "${given.slice(0, 20)}", expected "now" or nothing.`);
  // Behind the reply.
  setImmediate(() => end(given === 'now'));
  return { message: 'stopping' };
}

