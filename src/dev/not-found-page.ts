/** The page for a path that nothing answers: what was asked for, and what there is. Pure functions, any thread. */
import type { RouteEntry } from '../gateway/contract.ts';
import { documentOf, escape } from './page.ts';

export interface NotFound {
  readonly method: string;
  readonly target: string;
  /** Of the application's own answer. */
  readonly text: string;
  /** The route whose view answered; undefined when none fits the path. */
  readonly route: RouteEntry | undefined;
  /** Of the application, in the order in which they are tried. */
  readonly routes: readonly RouteEntry[];
}

/** A whole document. It reloads itself when the code has changed. `version`: see live-script.ts. */
export function notFoundPage({ method, target, text, route, routes }: NotFound, version: number): string {
  const reason = route === undefined ? 'No route fits this path.' : `A route fits, ${shownPattern(route)}, and its view answered: ${text.trim()}`;
  const body = `<h1>404 Not Found <span class="quiet">at ${escape(`${method} ${target}`)}</span></h1>
<p class="message">${escape(reason)}</p>
${routes.length === 0 ? '<p class="quiet">The application has no routes.</p>' : routeTable(routes, route)}`;
  return documentOf(`404 at ${target}`, body, version);
}

function routeTable(routes: readonly RouteEntry[], hit: RouteEntry | undefined): string {
  const rows = routes.map((route) => {
    const facts = [route.methods?.join(', ') ?? 'any', route.name ?? '', route.view];
    return `<tr${route === hit ? ' class="hit"' : ''}><th scope="row"><code>${escape(shownPattern(route))}</code></th>${facts.map((fact) => `<td>${escape(fact)}</td>`).join('')}</tr>`;
  });
  const head = ['Route', 'Methods', 'Name', 'View'].map((name) => `<th scope="col">${name}</th>`).join('');
  return `<section><h2>Routes, in the order in which they are tried</h2>
<table class="routes"><thead><tr>${head}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></section>`;
}

/** As in an address. Of a route that JavaScript decides only the beginning is known here. */
function shownPattern({ pattern, host, opaque }: RouteEntry): string {
  return `${host ?? ''}/${pattern}${opaque ? '…' : ''}`;
}
