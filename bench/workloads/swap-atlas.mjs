/** The same of an application with a database, 18 templates and a quarter of a second of work before it is ready. */
export default {
  title: 'Development: a saved change, examples/atlas',
  kind: 'swaps',
  servers: ['fastserve'],
  site: 'examples/atlas',
  packages: ['better-sqlite3', 'valibot', 'world-countries'],
  path: '/',
  edit: { file: 'views/home.ts', old: /'(?:mark-\d+-)?The world,/, change: (_old, mark) => `'${mark}The world,` },
  rounds: 10,
};
