/** TypeScript tests run on the sources: "fastserve" is src/index.ts, not the built package. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose tests call functions, and neither start servers nor change their process: their files share processes, which halves their time. */
const CALLS = ['assets', 'catalogue', 'config', 'extraction', 'gateway', 'http', 'log', 'passwords', 'pipeline', 'scripts', 'signing', 'testing'].map((folder) => `test/${folder}/**/*.test.ts`);

/** Long files first, so that none is left alone at the end: those that wait for time limits, then the other servers, then calls. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => (project.name === 'calls' ? 2 : /\/test\/(faults|integration)\//.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  resolve: {
    // In this order: the first that fits is taken.
    alias: [
      { find: 'fastserve/node', replacement: fileURLToPath(new URL('./src/node/index.ts', import.meta.url)) },
      { find: 'fastserve', replacement: fileURLToPath(new URL('./src/index.ts', import.meta.url)) },
    ],
  },
  // Long limits: a machine under load is no failure. A hang still is one.
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // More than processors: tests of servers mostly wait.
    maxWorkers: Math.max(3, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'servers', include: ['test/**/*.test.ts'], exclude: CALLS } },
      { extends: true, test: { name: 'calls', include: CALLS, isolate: false } },
    ],
  },
});
