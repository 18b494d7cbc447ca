/** Forms with files over a socket: streamed to disk, refused early, cleared away. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { type AppOptions, defineApp, eventStream, json, path, type View } from '../../dist/index.js';
import { chunked, get, head } from '../support/client.ts';
import { connected, directoryWith, signal, started } from '../support/servers.ts';

const BOUNDARY = 'b';
const TYPE = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;
const OPENING = Buffer.from('--b\r\nContent-Disposition: form-data; name="f"; filename="big.bin"\r\n\r\n');
const CLOSING = Buffer.from('\r\n--b--\r\n');

async function server(view: View, options: Partial<AppOptions> = {}): Promise<{ url: string; uploads: () => string[] }> {
  const uploadDirectory = await directoryWith();
  const { url } = await started({ app: defineApp({ urls: [path('', view)], uploadDirectory, ...options }), limits: { body: '64mb' } });
  return { url, uploads: () => readdirSync(uploadDirectory) };
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a form with a file', () => {
  it.each([100, 16_384, 5_000_000])('of %i bytes arrives whole and is gone behind its answer', async (size) => {
    const content = Buffer.alloc(size, '\r\n--').fill('\r', size - 10);
    const { url, uploads } = await server(async (request) => {
      const file = (await request.form()).file('f');
      return json({ name: file?.name, size: file?.size, digest: digestOf((await file?.bytes()) ?? new Uint8Array()) });
    });
    const form = Buffer.concat([OPENING, content, CLOSING]);
    for (const message of [
      Buffer.concat([Buffer.from(head('POST', '/', TYPE, `Content-Length: ${form.byteLength}`)), form]),
      Buffer.concat([Buffer.from(head('POST', '/', TYPE, 'Transfer-Encoding: chunked')), Buffer.from(chunked(form))]),
    ]) {
      const client = await connected(url);
      await client.sendAll(message);
      expect((await client.answer()).json()).toEqual({ name: 'big.bin', size, digest: digestOf(content) });
      await vi.waitFor(() => expect(uploads()).toEqual([]));
    }
  });

  it('that its client does not finish leaves nothing behind', async () => {
    const failed = signal<Error>();
    const { url, uploads } = await server(async (request) => {
      await request.form().catch(failed.resolve);
      return 'too late';
    });
    const client = await connected(url);
    await client.sendAll(Buffer.concat([Buffer.from(head('POST', '/', TYPE, 'Content-Length: 1000000')), OPENING, Buffer.alloc(100_000)]));
    await vi.waitFor(() => expect(uploads()).toHaveLength(1));
    client.destroy();
    expect((await failed.promise).name).toBe('BodyAbortedError');
    expect(uploads()).toEqual([]);
  });

  it('that is declared too large is refused before it is sent', async () => {
    const { url, uploads } = await server(async (request) => `${(await request.form()).size}`, { content: { formBytes: 1_000_000 } });
    const client = await connected(url);
    client.send(head('POST', '/', TYPE, 'Content-Length: 1000001'));
    const answer = await client.answer();
    expect([answer.status, answer.text]).toEqual([413, 'The form has more than 1000000 bytes\n']);
    expect(uploads()).toEqual([]);
  });

  it('whose file grows too large is refused on its way', async () => {
    const { url, uploads } = await server(async (request) => `${(await request.form()).size}`, { content: { fileBytes: 50_000 } });
    const client = await connected(url);
    client.send(Buffer.concat([Buffer.from(head('POST', '/', TYPE, 'Content-Length: 10000000')), OPENING, Buffer.alloc(60_000)]));
    expect((await client.answer()).text).toBe('The file "f" has more than 50000 bytes\n');
    expect(uploads()).toEqual([]);
  });
});

describe('content in memory', () => {
  it('that is declared too large is refused before it is sent', async () => {
    const { url } = await server(async (request) => json(await request.json()));
    const client = await connected(url);
    client.send(head('POST', '/', 'Content-Type: application/json', 'Content-Length: 2621441'));
    const answer = await client.answer();
    expect([answer.status, answer.text]).toEqual([413, 'The request content has more than 2621440 bytes\n']);
  });
});

describe('server-sent events', () => {
  it('arrive one by one, and their source hears when the client leaves', async () => {
    const left = signal();
    const { url } = await server((request) =>
      eventStream(request, async function* (leaving) {
        leaving.addEventListener('abort', () => left.resolve());
        yield { id: '1', data: 'first' };
        await new Promise(() => {});
      }),
    );
    const client = await connected(url);
    client.send(get('/'));
    const { status, field } = await client.head().then((answer) => ({ status: answer.status, field: answer.field('content-type') }));
    expect([status, field]).toEqual([200, 'text/event-stream']);
    expect(String(await client.exactly(25))).toBe('13\r\nid: 1\ndata: first\n\n\r\n');
    // With RST: a FIN this soon behind a request may be a half-close, which the next comment of the stream finds out.
    client.reset();
    await left.promise;
  });
});
