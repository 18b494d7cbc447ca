import { describe, expect, it } from 'vitest';
import { defineHead } from '../../../src/gateway/contract.ts';

describe('Head', () => {
  const html = defineHead(['Content-Type', 'text/html']);

  it('has its fields as they were given, in lower case, and as a block', () => {
    expect(html.fields).toEqual(['Content-Type', 'text/html']);
    expect(html.lowerCased).toEqual(['content-type', 'text/html']);
    expect(html.block).toBe('Content-Type: text/html\r\n');
  });

  it('with() gives a head that begins with the same block and knows only its own lines to be new', () => {
    const once = html.with(['x-a', '1']);
    expect([once.base, once.added]).toEqual([html, ['x-a', '1']]);
    expect(once.fields).toEqual(['Content-Type', 'text/html', 'x-a', '1']);
    expect(html.fields).toEqual(['Content-Type', 'text/html']);
  });

  it('with() twice has one base and all lines', () => {
    const twice = html.with(['x-a', '1']).with(['x-b', '2']);
    expect([twice.base, twice.added]).toEqual([html, ['x-a', '1', 'x-b', '2']]);
  });

  it('with() refuses a list that is no pairs', () => {
    expect(() => html.with(['x-a'])).toThrow('not pairs');
  });

  it('mergedWith() leaves out names that are there, in any case, and gives the same head for the same list', () => {
    const fields = ['content-type', 'text/plain', 'vary', 'accept', 'vary', 'cookie'];
    const merged = html.mergedWith(fields);
    expect(merged.base).toBeNull();
    expect(merged.fields).toEqual(['Content-Type', 'text/html', 'vary', 'accept', 'vary', 'cookie']);
    expect(html.mergedWith(fields)).toBe(merged);
    expect(html.mergedWith([...fields])).not.toBe(merged);
  });
});
