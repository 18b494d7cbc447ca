/** Runs the suite against one cache and writes the results to standard output. A process for each: the suite keeps them in a module. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fetch from 'node-fetch';
import { SUITE } from './origin.mjs';
import { loadSuites } from './suites.mjs';

const [, , base, id] = process.argv;
const { runTests, getResults } = await import(pathToFileURL(join(SUITE, 'client/runner.mjs')).href);
let suites = await loadSuites();
if (id !== undefined) {
  suites = suites.map((suite) => ({ ...suite, tests: suite.tests.filter((test) => test.id === id).map((test) => ({ ...test, dump: true })) }));
}
await runTests(suites, fetch, false, base);
process.stdout.write(`${JSON.stringify(getResults())}\n`, () => process.exit(0));
