/** Rules between the keys of a configuration, looked at when all of them are settings. Main thread. */
import type { ConfigProblem } from '../../errors.ts';
import { show } from '../values/show.ts';
import type { Settings } from '../types.ts';

/** Problems are added to `problems`. */
export function checkTogether(settings: Settings, problems: ConfigProblem[]): void {
  for (const [index, { host }] of settings.mounts.entries()) {
    if (host === '' || settings.hosts.length === 0 || settings.hosts.some((served) => overlaps(served, host))) continue;
    problems.push({ path: `static[${index}].host`, text: `got ${show(host)}, which no request can have, for hosts does not list it. Add it to hosts, or remove one of the two.` });
  }
  for (const [index, { checker }] of settings.gate.auth.entries()) {
    if (checker?.upstream === '' && settings.app === null) {
      problems.push({ path: `auth[${index}].request.view`, text: 'needs an app whose view answers. Set app, or name an upstream and a path.' });
    }
  }
  const { minBytes, maxBytes } = settings.compress;
  if (minBytes > maxBytes) {
    problems.push({ path: 'compress.minBytes', text: `got ${minBytes}, more than compress.maxBytes (${maxBytes}), so nothing is ever compressed. Lower it.` });
  }
  if (settings.learnEarlyHints !== null && settings.app === null) {
    problems.push({ path: 'learnEarlyHints', text: 'learns from the routes of an app, and there are none. Set app, or remove learnEarlyHints.' });
  }
  const { request, requestSoft } = settings.timeouts;
  if (request > 0 && requestSoft >= request) {
    const text = `got ${requestSoft}, expected less than timeouts.request (${request}), behind which nobody waits for the answer. Lower it, or set it to 0.`;
    problems.push({ path: 'timeouts.requestSoft', text });
  }
  if (settings.timeouts.client === 'trusted' && settings.trustProxy.length === 0) {
    problems.push({ path: 'timeouts.client', text: 'got "trusted", but trustProxy names nobody, so that no request says how long its client waits. Set trustProxy, or write true.' });
  }
  if (settings.limits.requestLine > settings.limits.head) {
    const text = `got ${settings.limits.requestLine}, more than limits.head (${settings.limits.head}), which includes it. Raise limits.head.`;
    problems.push({ path: 'limits.requestLine', text });
  }
  if (settings.direct && (settings.workers > 0 || settings.ioThreads !== 1 || settings.app === null)) {
    problems.push({ path: 'direct', text: 'needs an app, workers: 0 and ioThreads: 1.' });
  }
}

/** Whether some host fits both patterns. */
function overlaps(a: string, b: string): boolean {
  const below = (host: string, pattern: string) => pattern.startsWith('*.') && host.endsWith(pattern.slice(1));
  return a === b || below(a, b) || below(b, a);
}
