/** The API reference is made of docstrings, so every public name has one. */
import { expect, it } from 'vitest';
import * as api from '../../src/index.ts';
import { exportCount, undocumented } from '../../scripts/check-docstrings.mjs';

it('every public name says what it is', () => {
  expect(undocumented()).toEqual([]);
});

it('the check sees every name that the package exports', () => {
  // Types have no value, so there are more names than values.
  expect(exportCount()).toBeGreaterThan(Object.keys(api).length);
});
