import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isOwnOutput } from '../../src/dev/own-output.ts';

it.each([
  ['/proc/self/fd/1', true],
  ['/proc/self/fd/2', true],
  [fileURLToPath(import.meta.url), false],
  ['/no/such/file', false],
])('%s is what this process writes: %s', (file, expected) => {
  expect(isOwnOutput(file)).toBe(expected);
});
