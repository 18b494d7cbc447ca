/**
 * Runs wrk, pinned to the client's core, and reads its report.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CLIENT_CORE } from './machine.mjs';

const UNIT_MS = { us: 0.001, ms: 1, s: 1000, m: 60_000 };
/** wrk sleeps whole seconds; an interrupt ends it early with a full report. */
const LONGEST = '600s';

/**
 * @param {{ port: number, path: string, fields?: Record<string, string>, connections: number, seconds: number, script?: string,
 *   pinned?: boolean, tls?: boolean }} load seconds may be a fraction; script is a file; fields are request fields beyond Host
 * @returns {Promise<{ requests: number, seconds: number, p50Ms: number, p99Ms: number, failure: string | null }>} failure names
 *   socket errors and answers that are not 2xx or 3xx; rejects when wrk itself fails
 */
export async function runWrk({ port, path, fields = {}, connections, seconds, script, pinned = true, tls = false }) {
  const args = ['-t1', `-c${connections}`, '-d', LONGEST, '--latency'];
  for (const [name, value] of Object.entries(fields)) args.push('-H', `${name}: ${value}`);
  if (script !== undefined) args.push('-s', script);
  args.push(`${tls ? 'https' : 'http'}://127.0.0.1:${port}${path}`);
  const child = pinned ? spawn('taskset', ['-c', String(CLIENT_CORE), 'wrk', ...args]) : spawn('wrk', args);
  let report = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (report += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (report += text));
  const timer = setTimeout(() => child.kill('SIGINT'), seconds * 1000);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  if (code !== 0) throw new Error(`wrk failed: ${report.trim()}`);
  return readReport(report);
}

/** Exported for the harness's own check of what wrk prints. */
export function readReport(report) {
  const totals = /(\d+) requests in ([\d.]+)(us|ms|s|m),/.exec(report);
  if (totals === null) throw new Error(`wrk printed no totals: ${report.trim()}`);
  return {
    requests: Number(totals[1]),
    seconds: (Number(totals[2]) * UNIT_MS[totals[3]]) / 1000,
    p50Ms: percentile(report, '50'),
    p99Ms: percentile(report, '99'),
    failure: failureOf(report),
  };
}

function percentile(report, which) {
  const found = new RegExp(`^\\s+${which}%\\s+([\\d.]+)(us|ms|s|m)\\s*$`, 'm').exec(report);
  return found === null ? null : Number(found[1]) * UNIT_MS[found[2]];
}

function failureOf(report) {
  const said = [/Socket errors: .*/, /Non-2xx or 3xx responses: \d+/].map((pattern) => pattern.exec(report)?.[0]).filter((line) => line !== undefined);
  return said.length === 0 ? null : said.join('; ');
}
