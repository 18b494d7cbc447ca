/**
 * Where the published data set lies on disk: the npm package world-countries (ODbL 1.0; the flags are public symbols with
 * rules of their own). Read by the application for its facts and by the configuration for the flags that it mounts.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const packageRoot = dirname(require.resolve('world-countries/countries.json'));

/** Directory with `<code>.svg` (flag) and `<code>.geo.json` (outline) for every lower-case three-letter code. */
export const dataDirectory = join(packageRoot, 'data');

/** Parses one JSON file of the package; `name` is relative to its root and never comes from a request. */
export function readDataset(name: string): unknown {
  return JSON.parse(readFileSync(join(packageRoot, name), 'utf8'));
}
