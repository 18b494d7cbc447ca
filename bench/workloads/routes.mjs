import { TEXT } from '../apps/content.mjs';
import { ASKED_PATH } from '../apps/route-patterns.mjs';

/** One route with a number in its path among many. fastserve's base of comparison has that one alone. */
export function routesWorkload(count) {
  return {
    title: `One of ${count.toLocaleString('en')} routes (base of comparison: one route)`,
    kind: 'rate',
    app: `routes-${count}`,
    appFor: { 'fastserve-base': 'routes-1' },
    servers: ['fastserve', 'fastserve-base', 'uws'],
    path: ASKED_PATH,
    connections: 64,
    expect: () => ({ type: TEXT, body: 'number 42' }),
  };
}
