const APPLICATION = `import { defineApp, html, path } from 'fastserve';
const greeting: string = 'hello';
export default defineApp({ urls: [path('', () => html('<!doctype html><p>' + greeting))] });
`;

/** From saving a file of a small application to the answer of the new code, in `fastserve dev`. */
export default {
  title: 'Development: a saved change, small application',
  kind: 'swaps',
  servers: ['fastserve'],
  site: { 'app.ts': APPLICATION },
  packages: [],
  path: '/',
  edit: { file: 'app.ts', old: /'(?:mark-\d+-)?hello'/, change: (_old, mark) => `'${mark}hello'` },
  rounds: 10,
};
