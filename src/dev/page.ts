/** What the pages of a development server have in common: the frame of a document, escaping, lines of source. Pure functions, any thread. */
import type { FrameLine } from './failure.ts';
import { liveScript } from './live-script.ts';

const STYLE = `
:root { color-scheme: light dark; --back: #fbfbfc; --card: #fff; --line: #e2e5ea; --text: #1c1e21; --quiet: #5f6673; --code: #f4f5f7; --hit: #ffe3e0; --mark: #c6281c; --bar: #9bb8e8; --bad: #e58b83 }
@media (prefers-color-scheme: dark) { :root { --back: #131519; --card: #191c21; --line: #2b3038; --text: #e6e8eb; --quiet: #98a0ad; --code: #1f2329; --hit: #4a2320; --mark: #ff8a7e; --bar: #45639b; --bad: #a34a42 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2.5rem 1.5rem; max-width: 68rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
h1 { margin: 0; font-size: 1.1rem; color: var(--mark) }
h2 { margin: 0 0 .7rem; font-size: 1rem }
section { margin: 1.5rem 0; padding: 1.1rem 1.25rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem }
.message { margin: .5rem 0 1.5rem; font-size: 1.25rem; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere }
.place, code, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: .92em; overflow-wrap: anywhere }
.place { margin: 0 0 .4rem }
.quiet { color: var(--quiet) }
pre { margin: 0 0 1.5rem; padding: .8rem 0; background: var(--code); border-radius: .4rem; overflow-x: auto; font: .9rem/1.6 ui-monospace, SFMono-Regular, Menlo, monospace }
pre span { display: block; padding: 0 1rem; width: max-content; min-width: 100% }
pre .hit { background: var(--hit) }
pre i { font-style: normal; color: var(--quiet); user-select: none }
pre.plain { padding: .8rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere }
pre.pointer { padding: .8rem 1rem; white-space: pre }
section pre:last-child, details pre:last-child { margin-bottom: 0 }
summary { cursor: pointer; padding: .15rem 0 }
ol.frames { margin: 0; padding: 0; list-style: none }
ol.frames pre { margin: .3rem 0 .7rem }
table { width: 100%; border-collapse: collapse; font-size: .92rem }
th { text-align: left; font-weight: 500; color: var(--quiet) }
th, td { padding: .3rem .75rem .3rem 0; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere }
:is(thead, tbody:only-of-type:first-child) > tr:first-child > * { border-top: 0 }
tr.hit { background: var(--hit) }
.routes :is(td, thead th) { overflow-wrap: normal }
.steps th { white-space: nowrap }
.steps td:nth-child(3) { width: 35%; min-width: 6rem; vertical-align: middle }
.track { color: var(--bar) }
.track svg { display: block }
.threw .track { color: var(--bad) }
.threw .outcome { color: var(--mark) }
.time { white-space: nowrap; text-align: right; padding-right: 0; font-variant-numeric: tabular-nums }
footer { color: var(--quiet); font-size: .9rem }
@media (max-width: 40rem) { body { padding: 1.5rem 1rem } section { padding: 1rem } .steps td:nth-child(3) { display: none } .routes :is(td, th):nth-child(4) { display: none } .facts :is(th, td) { display: block } .facts td { padding-top: 0; border-top: 0 } }`;

/** A whole document. `body` is markup. It reloads itself when the code has changed; `version`: see live-script.ts. */
export function documentOf(title: string, body: string, version: number): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
<footer>fastserve dev: this page loads again by itself when the code is saved.</footer>
${liveScript(version)}
</body>
</html>
`;
}

/** A message. Those of templates bring lines with a pointer of their own, which need a fixed width. */
export function messageOf(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  return `<p class="message">${escape(first)}</p>${rest.length === 0 ? '' : `\n<pre class="pointer" tabindex="0">${escape(rest.join('\n'))}</pre>`}`;
}

/** Numbered lines of source, "" for none. Long ones are scrolled, with the keyboard too. */
export function sourceLines(frame: readonly FrameLine[]): string {
  if (frame.length === 0) return '';
  const width = String(frame.at(-1)?.number ?? 0).length;
  const lines = frame.map(
    ({ number, text, hit }) => `<span${hit ? ' class="hit"' : ''}><i>${String(number).padStart(width)}  </i>${escape(text)}</span>`,
  );
  return `<pre tabindex="0">${lines.join('')}</pre>`;
}

/** Text for elements and quoted attributes (HTML 13.3). */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
