import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadRequest } from '../../../src/http/errors.ts';
import { MultipartParser } from '../../../src/http/multipart/parser.ts';

interface Part {
  name: string;
  fileName: string | undefined;
  type: string | undefined;
  content: string;
}

/** What a parser makes of these pieces. */
function parse(pieces: readonly Uint8Array[], boundary = 'b'): Part[] {
  const parser = new MultipartParser(boundary);
  const parts: Part[] = [];
  for (const piece of pieces) {
    for (const event of parser.push(piece)) {
      if (event.kind === 'begin') {
        const { name, fileName, type } = event.head;
        parts.push({ name, fileName, type: type?.name, content: '' });
      } else if (event.kind === 'content') {
        (parts.at(-1) as Part).content += Buffer.from(event.bytes).toString('latin1');
      }
    }
  }
  parser.finish();
  return parts;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const whole = (text: string, boundary?: string): Part[] => parse([bytes(text)], boundary);
const lines = (...text: string[]): string => text.join('\r\n');
const field = (name: string, content: string): Part => ({ name, fileName: undefined, type: undefined, content });
/** A form of one part with this head. */
const withHead = (...head: string[]): string => lines('--b', ...head, '', 'x', '--b--', '');

const FORM = lines(
  'preamble', '--b', 'Content-Disposition: form-data; name="a"', '', 'one', '--b \t',
  'content-type: Text/Plain; charset=utf-8', 'content-disposition: FORM-DATA; filename="f.txt"; name=b', 'X-Other: 1', '',
  '\r\n--\r\r\n--', '--B', '', '-', '--b', 'Content-Disposition: form-data; name=""', '', '', '--b--', 'epilogue --b',
);
const PARTS: Part[] = [
  field('a', 'one'),
  { name: 'b', fileName: 'f.txt', type: 'text/plain', content: '\r\n--\r\r\n--\r\n--B\r\n\r\n-' },
  field('', ''),
];

describe('MultipartParser', () => {
  test('gives the parts of a form', () => {
    expect(whole(FORM)).toEqual(PARTS);
  });

  test('gives the same wherever the form is cut in two', () => {
    for (let at = 0; at <= FORM.length; at++) expect(parse([bytes(FORM.slice(0, at)), bytes(FORM.slice(at))])).toEqual(PARTS);
  });

  test('gives the same byte by byte', () => {
    expect(parse(Array.from(FORM, (char) => bytes(char)))).toEqual(PARTS);
  });

  test('refuses a form that is cut anywhere', () => {
    const end = FORM.indexOf('--b--') + 5;
    for (let at = 0; at < end; at++) expect(() => whole(FORM.slice(0, at))).toThrow(BadRequest);
    expect(whole(FORM.slice(0, end))).toEqual(PARTS);
  });

  test('any content comes back, however the form is cut', () => {
    const piece = fc.constantFrom('\r', '\n', '\r\n', '-', '--', '\r\n--', '\r\n--bou', 'boundar', 'x', '\0', '\xff');
    const content = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')).filter((text) => !`\r\n${text}\r\n`.includes('\r\n--boundary'));
    fc.assert(
      fc.property(fc.array(content, { maxLength: 4 }), fc.array(fc.nat(400), { maxLength: 8 }), (contents, cuts) => {
        const parts = contents.map((text, i) => `--boundary\r\nContent-Disposition: form-data; name="f${i}"\r\n\r\n${text}\r\n`);
        const form = bytes(`${parts.join('')}--boundary--`);
        const places = [0, ...cuts.map((cut) => cut % (form.byteLength + 1)).sort((a, b) => a - b), form.byteLength];
        const pieces = places.slice(1).map((place, i) => form.subarray(places[i], place));
        expect(parse(pieces, 'boundary')).toEqual(contents.map((text, i) => field(`f${i}`, text)));
      }),
      { numRuns: 500 },
    );
  });

  test('noise is refused with 400 and nothing else', () => {
    const token = fc.constantFrom('--b', '\r\n', '--', 'Content-Disposition: form-data; name="a"', ':', '"', ';', '\\', 'filename*=utf-8\'\'%', '\0', '\xff', 'a');
    fc.assert(
      fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
        try {
          whole(tokens.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(BadRequest);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('a form without parts is empty', () => {
    expect(whole('--b--\r\n')).toEqual([]);
  });

  test.each([
    ['', 'it ends before its last boundary'],
    ['--bc\r\n', 'a boundary is not followed by a line break'],
    [`--b${' '.repeat(65)}\r\n`, 'a boundary is not followed by a line break'],
    [`--b${' '.repeat(100)}`, 'a boundary is not followed by a line break'],
    [lines('--b', '', 'x', '--b--'), 'a part has no Content-Disposition: form-data'],
    [`--b\r\nX: ${'x'.repeat(9000)}`, 'the head of a part has more than 8192 bytes'],
    [withHead(`X: ${'x'.repeat(9000)}`, 'Content-Disposition: form-data; name=a'), 'the head of a part has more than 8192 bytes'],
    [withHead('Content-Disposition: attachment; name=a'), 'a part has no Content-Disposition: form-data'],
    [withHead('Content-Disposition: form-data'), 'a part has no name'],
    [withHead('Content-Disposition: form-data; filename=a'), 'a part has no name'],
    [withHead('Content-Disposition: form-data; name=a; name=b'), 'a part has the Content-Disposition'],
    [withHead('Content-Disposition: form-data; name="a'), 'a part has the Content-Disposition'],
    [withHead('Content-Disposition: form-data; name=a', 'content-disposition: form-data; name=b'), 'a part has two fields content-disposition'],
    [withHead('Content-Disposition: form-data;', ' name=a'), 'a part has the line " name=a" in its head'],
    [withHead('Content-Disposition : form-data; name=a'), 'a part has the line'],
    [withHead('Content-Disposition: form-data; name="a\nb"'), 'a part has the line'],
    [withHead('nonsense'), 'a part has the line "nonsense" in its head'],
    [withHead('Content-Disposition: form-data; name=a', 'Content-Type: text'), 'a part has the Content-Type "text"'],
    [withHead('Content-Disposition: form-data; name=a', 'Content-Transfer-Encoding: base64'), 'a part is sent as Content-Transfer-Encoding "base64"'],
    [withHead("Content-Disposition: form-data; name=a; filename*=latin1''x"), 'a part has the filename*'],
  ])('%j is refused: %s', (form, reason) => {
    expect(() => whole(form)).toThrow(BadRequest);
    expect(() => whole(form)).toThrow(reason);
  });

  test.each([
    ['name="a\\"b\\\\c\\d"', 'a"b\\c\\d', undefined],
    ['name="a%22%0D%0Ab%41"', 'a"\r\nb%41', undefined],
    ['name=a; filename=""', 'a', ''],
    ['name=a; filename="C:\\dir\\x.txt"', 'a', 'C:\\dir\\x.txt'],
    ['name=a ;filename="\xc3\xa9"', 'a', 'é'],
    ["name=a; filename*=UTF-8''%e2%82%ac.txt", 'a', '€.txt'],
    ["name=a; filename=x; filename*=UTF-8''y", 'a', 'x'],
  ])('form-data; %s', (parameters, name, fileName) => {
    const [part] = whole(withHead(`Content-Disposition: form-data; ${parameters}`));
    expect([part?.name, part?.fileName]).toEqual([name, fileName]);
  });

  test('names that are not UTF-8 are refused', () => {
    expect(() => whole(withHead('Content-Disposition: form-data; name="\xff"'))).toThrow(/not valid UTF-8/);
    expect(() => whole(withHead("Content-Disposition: form-data; name=a; filename*=utf-8''%ff"))).toThrow(/not valid UTF-8/);
  });

  test('megabytes of beginnings of a delimiter take no more than a moment, byte by byte neither', () => {
    const boundary = 'x'.repeat(70);
    const head = bytes(`--${boundary}\r\nContent-Disposition: form-data; name=a\r\n\r\n`);
    const almost = bytes(`\r\n--${boundary.slice(1)}`);
    const parser = new MultipartParser(boundary);
    const started = process.cpuUsage();
    const push = (piece: Uint8Array): void => void [...parser.push(piece)];
    push(head);
    const large = Buffer.concat(Array.from({ length: 5_000_000 / almost.byteLength }, () => almost));
    for (let at = 0; at < large.byteLength; at += 32_768) push(large.subarray(at, at + 32_768));
    for (let at = 0; at < 100_000; at++) push(large.subarray(at, at + 1));
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(10);
  });
});
