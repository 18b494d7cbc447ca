/** TypeScript tests run on the sources: "fastserve" is src/index.ts, not the built package. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

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
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    maxWorkers: 2,
  },
});
