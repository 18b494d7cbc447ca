import { describe, expect, test } from 'vitest';
import { cookieSalt, signerWith, unsignCookie } from '../../../src/http/cookies/signed.ts';
import type { SigningKeys } from '../../../src/signing/index.ts';

const keysOf = (key: string): SigningKeys => ({ key, fallbacks: [] });
const KEYS = keysOf('0123456789abcdef0123456789abcdef');

describe('signers of an application', () => {
  test('are made once for a salt', () => {
    const salt = cookieSalt('a', '');
    expect(signerWith(KEYS, salt, 'test')).toBe(signerWith(KEYS, salt, 'test'));
    expect(signerWith(KEYS, salt, 'test')).not.toBe(signerWith(KEYS, cookieSalt('b', ''), 'test'));
  });

  test('are those of its own keys', () => {
    const other = keysOf('fedcba9876543210fedcba9876543210');
    const signed = signerWith(KEYS, 'salt', 'test').sign('x');
    expect(unsignCookie(signerWith(other, 'salt', 'test'), signed, undefined)).toBeUndefined();
    expect(unsignCookie(signerWith(keysOf(KEYS.key), 'salt', 'test'), signed, undefined)).toBe('x');
  });

  test('work for any number of salts', () => {
    const salts = Array.from({ length: 200 }, (_, index) => `salt ${index}`);
    const signed = salts.map((salt) => signerWith(KEYS, salt, 'test').sign(salt));
    expect(signed.map((text, index) => unsignCookie(signerWith(KEYS, salts[index] as string, 'test'), text, undefined))).toEqual(salts);
  });
});
