/**
 * The page for a request whose application failed: the error with its source, the stack with the application's own frames first, the way
 * through the pipeline, the request. Any thread; reads source files.
 */
import { describeStack, frameOf } from './failure.ts';
import { documentOf, escape, messageOf, sourceLines } from './page.ts';
import type { RequestReport, Step } from './request-report.ts';
import { framesOf, shownPath, type StackFrame } from './stack.ts';

/** Causes of causes that are shown. */
const MAX_CAUSES = 5;

/** A whole document. `version`: see live-script.ts. */
export function debugPage(report: RequestReport, version: number): string {
  const { error, method, target } = report;
  const body = [
    errorHead(error, `${method} ${target}`),
    ...causesOf(error).map((cause) => `<section><h2>Caused by</h2><p class="message">${escape(`${cause.name}: ${cause.message}`)}</p>${stackList(cause, 1)}</section>`),
    `<section><h2>Stack</h2>${stackList(error, 0)}</section>`,
    timeline(report.steps),
    requestTable(report),
  ];
  return documentOf(`${error.name} at ${target}`, body.join('\n'), version);
}

function errorHead(error: Error, request: string): string {
  const { place, frame } = describeStack('', error.message, error.stack ?? '');
  const where = place === null ? '' : `<p class="place">${escape(`${shownPath(place.file)}:${place.line}:${place.column}`)}</p>`;
  return `<h1>${escape(error.name)} <span class="quiet">at ${escape(request)}</span></h1>
${messageOf(error.message)}
${where}
${sourceLines(frame)}`;
}

/** Those that say something, from the nearest on. */
function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  for (let { cause } = error; cause instanceof Error && causes.length < MAX_CAUSES && !causes.includes(cause); { cause } = cause) causes.push(cause);
  return causes.filter(({ message }) => message !== '');
}

/** The application's frames with their source, the first `open` of them unfolded; everybody else's folded away. */
function stackList(error: Error, open: number): string {
  const frames = framesOf(error.stack ?? '');
  if (frames.length === 0) return '<p class="quiet">It has no stack.</p>';
  const own = frames.filter(({ isApplication }) => isApplication);
  const others = frames.filter(({ isApplication }) => !isApplication);
  const shown = own.map((frame, index) => ownFrame(frame, index < open)).join('\n');
  const folded = others.map(({ text }) => escape(text)).join('\n');
  return `${own.length === 0 ? '<p class="quiet">None of it is the application’s own code.</p>' : `<ol class="frames">${shown}</ol>`}
${others.length === 0 ? '' : `<details><summary class="quiet">${others.length} in packages, fastserve and Node</summary><pre class="plain">${folded}</pre></details>`}`;
}

function ownFrame({ text, place }: StackFrame, isOpen: boolean): string {
  const name = /^at (?:async )?(.+?) \(/.exec(text)?.[1];
  const where = place === null ? text : `${shownPath(place.file)}:${place.line}:${place.column}`;
  const summary = `<code>${escape(where)}</code>${name === undefined ? '' : ` <span class="quiet">in ${escape(name)}</span>`}`;
  return `<li><details${isOpen ? ' open' : ''}><summary>${summary}</summary>${sourceLines(frameOf(place))}</details></li>`;
}

function timeline(steps: readonly Step[]): string {
  if (steps.length === 0) return '';
  const total = Math.max(0.001, ...steps.map(({ beganMs, endedMs }) => endedMs ?? beganMs));
  const rows = steps.map((step) => stepRow(step, total)).join('\n');
  return `<section><h2>The way of the request</h2><table class="steps"><tbody>\n${rows}\n</tbody></table></section>`;
}

function stepRow({ layer, name, depth, beganMs, endedMs, outcome }: Step, total: number): string {
  const end = endedMs ?? total;
  const percent = (ms: number): string => ((ms / total) * 100).toFixed(2);
  const bar = `<svg width="100%" height="10" aria-hidden="true"><rect x="${percent(beganMs)}%" width="${Math.max(0.6, Number(percent(end - beganMs)))}%" height="10" rx="3" fill="currentColor"/></svg>`;
  const threw = outcome.startsWith('threw');
  const state = endedMs === null ? 'not left yet' : outcome;
  return `<tr${threw ? ' class="threw"' : ''}><th scope="row">${escape(layer)}</th><td>${'&#160;&#160;'.repeat(depth)}<span class="mono">${escape(name)}</span> <span class="outcome quiet">${escape(state)}</span></td><td class="track">${bar}</td><td class="time">${(end - beganMs).toFixed(2)} ms</td></tr>`;
}

function requestTable({ method, target, client, content, fields }: RequestReport): string {
  const about: readonly (readonly [string, string])[] = [['Request', `${method} ${target}`], ['Client', client === '' ? 'a unix socket' : client], ['Content', content]];
  const rows = [...about, ...fields].map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td class="mono">${escape(value)}</td></tr>`);
  return `<section><h2>The request</h2><table class="facts"><tbody>\n${rows.join('\n')}\n</tbody></table></section>`;
}
