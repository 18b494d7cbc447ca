import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeFileName } from '../../../src/http/multipart/file-name.ts';

describe('safeFileName', () => {
  test.each([
    ['photo.jpg', 'photo.jpg'],
    ['C:\\Users\\ada\\photo.jpg', 'photo.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['a/b\\c', 'c'],
    ['..', 'unnamed'],
    ['.', 'unnamed'],
    ['/', 'unnamed'],
    ['', 'unnamed'],
    ['.htaccess', '.htaccess'],
    [' a.txt. . ', 'a.txt'],
    ['a\0b\r\nc.txt', 'abc.txt'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['é€😀.png', 'é€😀.png'],
  ])('%j becomes %j', (name, expected) => {
    expect(safeFileName(name)).toBe(expected);
  });

  test('long names keep their extension and whole characters', () => {
    const name = safeFileName(`${'€'.repeat(200)}.jpeg`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^€+\.jpeg$/);
  });

  test('any name becomes one that names a file in its directory', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', ' ', '/', '\\\\', '\0', '€', '😀', '\ud800'), maxLength: 400 }), (name) => {
        const safe = safeFileName(name);
        return !/[/\\\0]/.test(safe) && !['', '.', '..'].includes(safe) && Buffer.byteLength(safe) <= 255;
      }),
    );
  });
});
