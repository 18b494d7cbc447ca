/** The tests of the suite, with those of Surrogate-Control as its own command has them. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SUITE } from './origin.mjs';

export async function loadSuites() {
  const load = async (name) => (await import(pathToFileURL(join(SUITE, 'tests', name)).href)).default;
  return [...(await load('index.mjs')), await load('surrogate-control.mjs')];
}
