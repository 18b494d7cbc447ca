import { describe, expect, test, vi } from 'vitest';
import { BadSignature, Signer, TimestampSigner } from '../../src/index.ts';

const KEY = 'a key for tests that is long enough';
const OTHER_KEY = 'another key for tests, which is as long';

describe('Signer', () => {
  test('gives back what it signed', () => {
    const signer = new Signer(KEY);
    for (const value of ['', 'text', 'with:colons:', 'ünï']) expect(signer.unsign(signer.sign(value))).toBe(value);
  });

  test.each(['', 'text', ':', 'text:', 'text:AAAA'])('refuses %j', (signed) => {
    expect(() => new Signer(KEY).unsign(signed)).toThrow(BadSignature);
  });

  test('refuses a text of which any character was changed', () => {
    const signed = new Signer(KEY).sign('user=1');
    for (let i = 0; i < signed.length; i++) {
      const changed = signed.slice(0, i) + (signed[i] === 'x' ? 'y' : 'x') + signed.slice(i + 1);
      expect(() => new Signer(KEY).unsign(changed), changed).toThrow(BadSignature);
    }
  });

  test('refuses what was signed with another key or another salt', () => {
    expect(() => new Signer(KEY).unsign(new Signer(OTHER_KEY).sign('x'))).toThrow(BadSignature);
    expect(() => new Signer(KEY, { salt: 'a' }).unsign(new Signer(KEY, { salt: 'b' }).sign('x'))).toThrow(BadSignature);
  });

  test('accepts what an older key signed, and signs with the new one', () => {
    const rotated = new Signer(KEY, { fallbacks: [OTHER_KEY] });
    expect(rotated.unsign(new Signer(OTHER_KEY).sign('x'))).toBe('x');
    expect(new Signer(KEY).unsign(rotated.sign('x'))).toBe('x');
  });

  test('refuses a key that is too short to be secret', () => {
    expect(() => new Signer('short')).toThrow(/a signing key of 5 characters is too short/);
  });
});

describe('TimestampSigner', () => {
  test('refuses what is older than asked, and only that', () => {
    const signer = new TimestampSigner(KEY);
    vi.useFakeTimers({ now: 1_000_000 });
    try {
      const signed = signer.sign('a:b');
      vi.setSystemTime(1_005_000);
      expect(signer.unsign(signed, { maxAgeMs: 5000 })).toBe('a:b');
      expect(signer.unsign(signed)).toBe('a:b');
      vi.setSystemTime(1_005_001);
      expect(() => signer.unsign(signed, { maxAgeMs: 5000 })).toThrow(BadSignature);
    } finally {
      vi.useRealTimers();
    }
  });

  test('refuses a signed text without a date', () => {
    expect(() => new TimestampSigner(KEY).unsign(new Signer(KEY).sign('text:no-date!'), { maxAgeMs: 5 })).toThrow(BadSignature);
  });
});
