/** The page that a browser shows in the place of one that broken code cannot make. Pure functions, any thread. */
import type { Failure } from './failure.ts';
import { documentOf, escape, messageOf, sourceLines } from './page.ts';

/** A whole document. It reloads itself when the code has changed. `version`: see live-script.ts. */
export function overlayPage(failure: Failure, version: number): string {
  const { heading, message, place, frame, stack } = failure;
  const where = place === null ? '' : `<p class="place">${escape(`${place.file}:${place.line}:${place.column}`)}</p>`;
  const trace = stack === '' ? '' : `<details><summary>Stack</summary><pre class="plain">${escape(stack)}</pre></details>`;
  const body = `<h1>${escape(heading)}</h1>
${messageOf(message)}
${where}
${sourceLines(frame)}
${trace}`;
  return documentOf(heading, body, version);
}
