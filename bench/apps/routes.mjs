/** Applications with as many routes as wanted. */
import { defineApp, path, text } from '../../dist/index.js';
import { patterns } from './route-patterns.mjs';

const ours = (base) => [`${base}<int:id>/`, base, `${base}<int:id>/edit/`, `${base}<int:year>/<slug:title>/`, `${base}search/<str:words>/`];

export function routedApp(count) {
  return defineApp({ urls: patterns(count, ours).map((pattern) => path(pattern, (_request, { id }) => text(`number ${id}`))) });
}
