import { describe, expect, test } from 'vitest';
import { hashPassword, isPasswordUsable, passwordNeedsUpgrade, unusablePassword, verifyPassword } from '../../src/passwords/index.ts';

/** Made by Python's hashlib.scrypt with Django's parameters. */
const FROM_DJANGO =
  'scrypt$16384$seasalt$8$5$ECMIUp+LMxMSK8xB/IVyba+KYGTI7FTnet025q/1f/vBAVnnP3hdYqJuRi+mJn6ji6ze3Fbb7JEFPKGpuEf5vw==';
const CHEAP = { work: 16, blockSize: 1, parallelism: 1 };

describe('passwords', () => {
  test('that Django hashed are known', async () => {
    expect(await verifyPassword('lètmein', FROM_DJANGO)).toBe(true);
    expect(await verifyPassword('letmein', FROM_DJANGO)).toBe(false);
  });

  test('are hashed with a salt of their own each time', async () => {
    const [first, second] = [await hashPassword('same', CHEAP), await hashPassword('same', CHEAP)];
    expect(first).toMatch(/^scrypt\$16\$[A-Za-z0-9]{22}\$1\$1\$[A-Za-z0-9+/]{86}==$/);
    expect(first).not.toBe(second);
    expect(await verifyPassword('same', second)).toBe(true);
  });

  test.each([
    null, undefined, '', '!', 'scrypt$16384$seasalt$8$5$short', 'md5$x$y', FROM_DJANGO.replace('16384', '16385'),
    FROM_DJANGO.replace('$16384$', '$67108864$'), FROM_DJANGO.replace('$8$5$', '$8$99$'), FROM_DJANGO.replace('seasalt', ''),
  ])('no password fits the stored text %j', async (encoded) => {
    expect(await verifyPassword('lètmein', encoded)).toBe(false);
    expect(isPasswordUsable(encoded)).toBe(false);
  });

  test('no password fits an unusable one', async () => {
    const unusable = unusablePassword();
    expect(await verifyPassword(unusable, unusable)).toBe(false);
    expect(isPasswordUsable(unusable)).toBe(false);
    expect(isPasswordUsable(FROM_DJANGO)).toBe(true);
  });

  test('with NUL characters behind them are none', async () => {
    expect(await verifyPassword('lètmein\0', FROM_DJANGO)).toBe(false);
    await expect(hashPassword('lètmein\0', CHEAP)).rejects.toThrow('NUL');
  });

  test('need an upgrade when their cost is not the one asked for', () => {
    expect(passwordNeedsUpgrade(FROM_DJANGO)).toBe(false);
    expect(passwordNeedsUpgrade(FROM_DJANGO, { work: 32_768 })).toBe(true);
    expect(passwordNeedsUpgrade('!')).toBe(true);
  });

  test.each([{ work: 1000 }, { work: 1 << 28 }, { blockSize: 0 }, { parallelism: 17 }])('the cost %j is refused', async (cost) => {
    await expect(hashPassword('x', cost)).rejects.toThrow(TypeError);
  });
});
