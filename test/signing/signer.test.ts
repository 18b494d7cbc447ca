import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BadSignature, SignatureExpired, Signer, TimestampSigner } from '../../src/signing/index.ts';

const KEY = 'kkkkkkkkkk0123456789abcdefghijklmnopqrstuv';
const OTHER = 'another-key-0123456789abcdefghijklmnopqrst';
const signer = new Signer({ key: KEY, salt: 'greeting' });
const stamper = new TimestampSigner({ key: KEY, salt: 'greeting' });

afterEach(() => void vi.useRealTimers());

/** Pretends that the clock shows this many seconds since 1970. */
function at(seconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: seconds * 1000 });
}

describe('Signer', () => {
  test('signs as django.core.signing does', () => {
    expect(signer.sign('hello')).toBe('hello:vdBpUNnWJoWvb9O7mzExGiZrOq5oPWtSw07mkv4xNPQ');
    expect(signer.sign('grüße:x')).toBe('grüße:x:hUAf4ynx3UeiXCRCA_lHRcgO5C22EdsQJbYBACcEyh0');
  });

  test('gives back any text that it signed', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => signer.unsign(signer.sign(text)) === text));
  });

  test('refuses a signed value with any one character changed', () => {
    const signed = signer.sign('hello');
    for (let i = 0; i < signed.length; i++) {
      const changed = `${signed.slice(0, i)}${signed[i] === 'x' ? 'y' : 'x'}${signed.slice(i + 1)}`;
      expect(() => signer.unsign(changed)).toThrow(BadSignature);
    }
  });

  test.each(['', 'hello', 'hello:', ':', 'hello:€'])('refuses %j', (text) => {
    expect(() => signer.unsign(text)).toThrow(BadSignature);
  });

  test('refuses what was signed with another salt', () => {
    expect(() => new Signer({ key: KEY, salt: 'farewell' }).unsign(signer.sign('hello'))).toThrow(BadSignature);
  });

  test('accepts what an earlier key signed, and signs with the new one', () => {
    const rotated = new Signer({ key: OTHER, fallbacks: [KEY], salt: 'greeting' });
    expect(rotated.unsign(signer.sign('hello'))).toBe('hello');
    expect(() => signer.unsign(rotated.sign('hello'))).toThrow(BadSignature);
  });

  test.each([
    [{ key: undefined as never }, /key is of type undefined; expected a text of 32 characters or more; make one with: node -e/],
    [{ key: 'short' }, /key has 5 characters/],
    [{ key: 'a'.repeat(40) }, /fewer than 5 different/],
    [{ key: KEY, fallbacks: ['x'] }, /fallbacks\[0\] has 1 characters/],
    [{ key: KEY, separator: '-' }, /could be part of a signature/],
    [{ key: KEY, separator: '' }, /could be part of a signature/],
    [{ key: KEY, slat: 'x' } as never, /unknown option 'slat'/],
  ])('options that cannot be used are refused: %j', (options, message) => {
    expect(() => new Signer(options)).toThrow(message);
  });
});

describe('signed objects', () => {
  test('are as django.core.signing makes them', () => {
    expect(signer.signObject({ a: [1, 2] })).toBe('eyJhIjpbMSwyXX0:VbGpWpV4Fw6AdoHb6lP9PR4l6ctvdSAmiU79btlxyNM');
  });

  test('come back, compressed or not', () => {
    const value = { list: Array.from({ length: 100 }, () => 'again and again'), n: null, text: 'é' };
    const compressed = signer.signObject(value, { compress: true });
    expect(compressed).toMatch(/^\./);
    expect(compressed.length).toBeLessThan(signer.signObject(value).length / 4);
    expect(signer.unsignObject(compressed)).toEqual(value);
    expect(signer.unsignObject(signer.signObject(value))).toEqual(value);
  });

  test('that would grow when compressed are not', () => {
    expect(signer.signObject(1, { compress: true })).not.toMatch(/^\./);
  });

  test('a text that was signed as something else is a bad signature', () => {
    expect(() => signer.unsignObject(signer.sign('hello'))).toThrow(BadSignature);
    expect(() => signer.unsignObject(signer.sign('.hello'))).toThrow(BadSignature);
  });

  test('a value without a JSON form is refused', () => {
    expect(() => signer.signObject(undefined)).toThrow(TypeError);
  });
});

describe('TimestampSigner', () => {
  test('signs as django.core.signing does', () => {
    at(1_700_000_000);
    expect(stamper.sign('hello')).toBe('hello:1r31eq:A4D2TO5cjPC0Gl2TdyDKwDJtl_Lggc_e4xCMfc7ZYGk');
  });

  test('accepts a value up to its age and refuses it then', () => {
    at(1_700_000_000);
    const signed = stamper.sign('hello');
    at(1_700_000_060);
    expect(stamper.unsign(signed, { maxAge: 60 })).toBe('hello');
    at(1_700_000_061);
    expect(() => stamper.unsign(signed, { maxAge: 60 })).toThrow(SignatureExpired);
    expect(stamper.unsign(signed)).toBe('hello');
  });

  test('keeps objects with their time', () => {
    at(1_700_000_000);
    const signed = stamper.signObject({ id: 1 });
    expect(stamper.unsignObject(signed)).toEqual({ id: 1 });
    at(1_700_000_010);
    expect(() => stamper.unsignObject(signed, { maxAge: 5 })).toThrow(SignatureExpired);
  });

  test('a changed time is a bad signature, a value without one too', () => {
    at(1_700_000_000);
    expect(() => stamper.unsign(stamper.sign('hello').replace(':1r31eq:', ':1r31er:'))).toThrow(BadSignature);
    expect(() => stamper.unsign(signer.sign('hello'))).toThrow(/no time/);
  });

  test.each([-1, Number.NaN])('a maxAge of %s is a TypeError', (maxAge) => {
    expect(() => stamper.unsign(stamper.sign('x'), { maxAge })).toThrow(TypeError);
  });
});
