/** The page that a browser shows in the place of one that broken code cannot make. Pure functions, any thread. */
import type { Failure, FrameLine } from './failure.ts';
import { liveScript } from './live-script.ts';

const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1c1e21; --quiet: #5f6673; --code: #f4f5f7; --hit: #ffe3e0; --mark: #c6281c }
@media (prefers-color-scheme: dark) { :root { --back: #16181c; --text: #e6e8eb; --quiet: #98a0ad; --code: #1f2227; --hit: #4a2320; --mark: #ff8a7e } }
body { margin: 0 auto; padding: 2.5rem 1.5rem; max-width: 64rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
h1 { margin: 0; font-size: 1.1rem; color: var(--mark) }
.message { margin: .5rem 0 1.5rem; font-size: 1.25rem; white-space: pre-wrap; overflow-wrap: anywhere }
.place { margin: 0 0 .4rem; font-family: ui-monospace, monospace; overflow-wrap: anywhere }
pre { margin: 0 0 1.5rem; padding: .8rem 0; background: var(--code); border-radius: .4rem; overflow-x: auto; font: .9rem/1.6 ui-monospace, monospace }
pre span { display: block; padding: 0 1rem; width: max-content; min-width: 100%; box-sizing: border-box }
pre .hit { background: var(--hit) }
pre i { font-style: normal; color: var(--quiet); user-select: none }
details pre { padding: .8rem 1rem; white-space: pre-wrap }
footer { color: var(--quiet); font-size: .9rem }`;

/** A whole document. It reloads itself when the code has changed. `version`: see live-script.ts. */
export function overlayPage(failure: Failure, version: number): string {
  const { heading, message, place, frame, stack } = failure;
  const where = place === null ? '' : `<p class="place">${escape(`${place.file}:${place.line}:${place.column}`)}</p>`;
  const code = frame.length === 0 ? '' : `<pre>${frameLines(frame)}</pre>`;
  const trace = stack === '' ? '' : `<details><summary>Stack</summary><pre>${escape(stack)}</pre></details>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(heading)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(heading)}</h1>
<p class="message">${escape(message)}</p>
${where}
${code}
${trace}
</main>
<footer>fastserve dev: this page goes away when the code is saved without the fault.</footer>
${liveScript(version)}
</body>
</html>
`;
}

function frameLines(frame: readonly FrameLine[]): string {
  const width = String(frame.at(-1)?.number ?? 0).length;
  return frame
    .map(({ number, text, hit }) => `<span${hit ? ' class="hit"' : ''}><i>${String(number).padStart(width)}  </i>${escape(text)}</span>`)
    .join('');
}

/** Text for elements and quoted attributes (HTML 13.3). */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
