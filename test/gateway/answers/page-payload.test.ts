/** src/gateway/answers/page-payload.ts against what the addon was compiled with (native/template/payload.h). */
import { describe, expect, it } from 'vitest';
import * as payload from '../../../src/gateway/answers/page-payload.ts';
import { native } from '../../../src/native/load.ts';

const compiled = native().payload;

describe('the form of a gathered page', () => {
  it('has the same names on both sides', () => {
    expect(Object.keys(payload).sort()).toEqual(Object.keys(compiled).sort());
  });

  it.each(Object.entries(payload))('%s is what the addon was compiled with', (name, value) => {
    expect(value).toBe(compiled[name]);
  });
});
