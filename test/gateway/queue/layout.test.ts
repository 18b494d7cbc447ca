/** src/gateway/queue/layout.ts against what the addon was compiled with (native/queue/layout.h). */
import { describe, expect, it } from 'vitest';
import * as layout from '../../../src/gateway/queue/layout.ts';
import { native, ringBytes } from '../../../src/native/load.ts';

const compiled = native().layout;

describe('the layout of records', () => {
  it('has the same names on both sides', () => {
    expect(Object.keys(layout).sort()).toEqual(Object.keys(compiled).sort());
  });

  it.each(Object.entries(layout))('%s is what the addon was compiled with', (name, value) => {
    expect(value).toEqual(compiled[name]);
  });

  it('gives rings of the size that the addon asks for', () => {
    expect(ringBytes).toBe(native().ringBytes);
  });
});
