import { existsSync, lutimesSync, mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PlainRequest } from '../../../src/gateway/inject/plain-request.ts';
import { type ContentLimits, DEFAULT_LIMITS } from '../../../src/http/content/limits.ts';
import { BadRequest, PayloadTooLarge, UnsupportedMediaType } from '../../../src/http/errors.ts';
import { readMultipart } from '../../../src/http/multipart/read-form.ts';
import { UploadDirectory } from '../../../src/http/multipart/upload-directory.ts';
import { Request } from '../../../src/http/request.ts';
import type { Form } from '../../../src/index.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'fastserve-test-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const part = (disposition: string, content: string, ...head: string[]): string =>
  ['--b', `Content-Disposition: form-data; ${disposition}`, ...head, '', content, ''].join('\r\n');
const read = (form: string, limits: Partial<ContentLimits> = {}, directory = new UploadDirectory(parent)): Promise<Form> =>
  readMultipart([Buffer.from(form, 'latin1')], 'b', { ...DEFAULT_LIMITS, ...limits }, directory);
const FILE = part('name="f"; filename="../a.txt"', 'content', 'Content-Type: Text/Plain; charset=x');

describe('a multipart form', () => {
  test('has its fields in order and its files in temporary files', async () => {
    const form = await read(`${part('name=a', '1')}${FILE}${part('name=a', '\xc3\xa9')}--b--`);
    expect([...form]).toEqual([['a', '1'], ['a', 'é']]);
    const file = form.file('f');
    expect(file).toMatchObject({ fieldName: 'f', name: 'a.txt', type: 'text/plain', size: 7 });
    expect(await file?.text()).toBe('content');
    expect(Buffer.from((await file?.bytes()) ?? []).toString()).toBe('content');
    expect(form.file('a')).toBeUndefined();
  });

  test('keeps files from other users', async () => {
    const form = await read(`${FILE}--b--`);
    const path = form.files[0]?.path as string;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(path).not.toContain('a.txt');
  });

  test('has several files of one field', async () => {
    const form = await read(`${FILE}${part('name=f; filename=b', '')}${part('name=g; filename=c', '')}--b--`);
    expect(form.filesOf('f').map(({ name, size, type }) => [name, size, type])).toEqual([['a.txt', 7, 'text/plain'], ['b', 0, 'application/octet-stream']]);
    expect(form.files).toHaveLength(3);
  });

  test('has no file for an input in which none was chosen', async () => {
    const form = await read(`${part('name=f; filename=""', '', 'Content-Type: application/octet-stream')}--b--`);
    expect([form.files.length, form.size, readdirSync(parent).length]).toEqual([0, 0, 0]);
  });

  test('decodes fields in their charset', async () => {
    const form = await read(`${part('name=a', '\xe9', 'Content-Type: text/plain; charset=iso-8859-1')}--b--`);
    expect(form.get('a')).toBe('é');
  });

  test('a moved file stays', async () => {
    const directory = new UploadDirectory(parent);
    const form = await read(`${FILE}--b--`, {}, directory);
    await form.file('f')?.moveTo(join(parent, 'kept.txt'));
    await directory.remove();
    expect(readdirSync(parent)).toEqual(['kept.txt']);
    expect(await readFile(join(parent, 'kept.txt'), 'utf8')).toBe('content');
  });

  test('a file can be read as a stream', async () => {
    const form = await read(`${FILE}--b--`);
    const pieces: Uint8Array[] = [];
    for await (const piece of form.file('f')?.stream() ?? []) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('content');
  });

  const two = `${part('name=a', '12345')}${part('name=b', '12345')}${FILE}${FILE}--b--`;
  test.each<[Partial<ContentLimits>, typeof BadRequest | typeof PayloadTooLarge, string]>([
    [{ fieldCount: 1 }, BadRequest, 'The form has more than 1 fields'],
    [{ fileCount: 1 }, BadRequest, 'The form has more than 1 files'],
    [{ fieldBytes: 4 }, PayloadTooLarge, 'The field "a" has more than 4 bytes'],
    [{ fileBytes: 6 }, PayloadTooLarge, 'The file "f" has more than 6 bytes'],
    [{ memoryBytes: 11 }, PayloadTooLarge, 'The fields of the form have more than 11 bytes'],
    [{ formBytes: two.length - 1 }, PayloadTooLarge, `The form has more than ${two.length - 1} bytes`],
  ])('beyond %j is refused, and nothing is left', async (limits, kind, message) => {
    const reading = read(two, limits);
    await expect(reading).rejects.toThrow(kind);
    await expect(reading).rejects.toThrow(message);
    expect(readdirSync(parent)).toEqual([]);
  });

  test('exactly at all limits is read', async () => {
    const form = await read(two, { fieldCount: 2, fileCount: 2, fieldBytes: 5, fileBytes: 7, memoryBytes: 14, formBytes: two.length });
    expect([form.size, form.files.length]).toEqual([2, 2]);
  });

  test('a field that is no text is a 400, one in an unknown charset a 415', async () => {
    await expect(read(`${part('name=a', '\xff')}--b--`)).rejects.toThrow('The field "a" is not valid UTF-8');
    await expect(read(`${part('name=a', 'x', 'Content-Type: text/plain; charset=klingon')}--b--`)).rejects.toThrow(UnsupportedMediaType);
  });

  test('a client that goes away leaves nothing behind', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(FILE.slice(0, -3));
      expect(readdirSync(parent)).toHaveLength(1);
      throw new Error('gone');
    }
    await expect(readMultipart(broken(), 'b', DEFAULT_LIMITS, new UploadDirectory(parent))).rejects.toThrow('gone');
    expect(readdirSync(parent)).toEqual([]);
  });

  test('a request that has ended takes no more files', async () => {
    const directory = new UploadDirectory(parent);
    await directory.remove();
    await expect(read(`${FILE}--b--`, {}, directory)).rejects.toThrow('the request has ended');
  });
});

describe('request.form() with a multipart form', () => {
  const request = (type: string, body: string): Request =>
    new Request(new PlainRequest({ target: '/', method: 'POST', fields: ['Content-Type', type], body: Buffer.from(body) }));

  test.each([
    ['multipart/form-data', 'has no boundary'],
    ['multipart/form-data; boundary=""', 'The boundary of the multipart form is not'],
    [`multipart/form-data; boundary=${'x'.repeat(71)}`, 'The boundary of the multipart form is not'],
    ['multipart/form-data; boundary="x "', 'The boundary of the multipart form is not'],
    ['multipart/form-data; boundary=a; boundary=b', 'Content-Type is not a media type'],
  ])('of the type %j is a 400', async (type, message) => {
    await expect(request(type, '--b--').form()).rejects.toThrow(BadRequest);
    await expect(request(type, '--b--').form()).rejects.toThrow(message);
  });

  test('gives one form however often it is asked for', async () => {
    const once = request('multipart/form-data; boundary="b"', `${part('name=a', '1')}--b--`);
    expect(await once.form()).toBe(await once.form());
    expect((await once.form()).get('a')).toBe('1');
  });

  test('works after bytes()', async () => {
    const again = request('multipart/form-data; boundary=b', `${part('name=a', '1')}--b--`);
    await again.bytes();
    expect((await again.form()).get('a')).toBe('1');
  });

  test('is a 413 by the declared length', async () => {
    const large = request('multipart/form-data; boundary=b', 'x'.repeat(100));
    await expect(large.form({ formBytes: 99 })).rejects.toThrow(PayloadTooLarge);
  });
});

describe('UploadDirectory', () => {
  test('is made with the first file', async () => {
    const directory = new UploadDirectory(parent);
    expect(readdirSync(parent)).toEqual([]);
    const { handle, path } = await directory.create();
    await handle.close();
    expect(existsSync(path)).toBe(true);
    await directory.remove();
    await directory.remove();
    expect(readdirSync(parent)).toEqual([]);
  });

  test('removes what a dead worker left a day ago, and nothing else', async () => {
    const names = ['fastserve-upload-old', 'fastserve-upload-new', 'other-old'];
    for (const name of names) mkdirSync(join(parent, name));
    writeFileSync(join(parent, 'fastserve-upload-old/0'), 'x');
    symlinkSync(join(parent, 'other-old'), join(parent, 'fastserve-upload-link'));
    const before = Date.now() / 1000 - 25 * 3600;
    for (const name of ['fastserve-upload-old', 'other-old']) utimesSync(join(parent, name), before, before);
    lutimesSync(join(parent, 'fastserve-upload-link'), before, before);
    const directory = new UploadDirectory(parent);
    await (await directory.create()).handle.close();
    await vi.waitFor(() => expect(existsSync(join(parent, 'fastserve-upload-old'))).toBe(false));
    await directory.remove();
    expect(readdirSync(parent).sort()).toEqual(['fastserve-upload-link', 'fastserve-upload-new', 'other-old']);
  });
});
