/**
 * The script that keeps a page up to date while it is developed. Text only; it runs in browsers.
 *
 * Everything that makes pages old (new code, code that broke, a changed file) counts a version up. A page knows the version
 * that it was made at and reloads when it hears of another one, also from a server that it has found again.
 */

export const LIVE_PATH = '/__fastserve/live';
export const SCRIPT_PATH = '/__fastserve/live.js';

/** The element for a page of this version. A file and not inline, so that a Content-Security-Policy with 'self' lets it run. */
export function liveScript(version: number): string {
  return `<script src="${SCRIPT_PATH}?version=${version}" async></script>`;
}

/** One event of the stream at LIVE_PATH. */
export function serverEvent(name: 'version' | 'styles', data: number): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}

/** Behind "retry:", in milliseconds: how soon a browser looks for a server that went away. */
export const RETRY_MS = 300;

export const SCRIPT = `(() => {
  const version = new URL(document.currentScript.src).searchParams.get('version');
  let source;
  const connect = () => {
    source = new EventSource('${LIVE_PATH}');
    source.addEventListener('version', (event) => {
      if (event.data !== version) location.reload();
    });
    source.addEventListener('styles', (event) => renewStyles(event.data));
    // A stream that broke is looked for by the browser itself; an answer of another kind ends it.
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, ${RETRY_MS});
    });
  };
  const renewStyles = (stamp) => {
    for (const link of document.querySelectorAll('link[rel~="stylesheet"]')) {
      const url = new URL(link.href);
      if (url.origin !== location.origin) continue;
      url.searchParams.set('fastserve', stamp);
      const fresh = link.cloneNode();
      fresh.href = url.href;
      fresh.addEventListener('load', () => link.remove());
      link.after(fresh);
    }
  };
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
  connect();
})();
`;
