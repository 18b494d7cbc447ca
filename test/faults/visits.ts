/** A client's tour of a server that may fail: each answer is right to the byte, or honestly not there. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { type Answer, Client, CutError, get, head, post } from '../support/client.ts';

const KIB = 1024;
/** As long as Client waits for an answer. */
const PATIENCE_MS = 10_000;
/** So many that the caches of files and listings have to ask the kernel in each tour. */
const SMALL_FILES = 400;
const DIRECTORIES = 60;
const ENTRIES = 5;

/** Requests that had their answer, were refused with 500 or 503, or whose connection ended first. */
export interface Tally {
  right: number;
  refused: number;
  cut: number;
}

interface Visit {
  request: string | Buffer;
  method?: string;
  /** Throws when this is no right answer. */
  check: (answer: Answer) => void;
}

export class Site {
  readonly root: string;
  readonly #files: Record<string, Buffer>;
  readonly #upload = randomBytes(100 * KIB);
  #next = 0;

  /** Fills a directory with what the visits ask for. The server mounts it at /s/ with listings, and answers others by digest.mjs. */
  static async create(root: string): Promise<Site> {
    const site = new Site(root);
    await mkdir(join(root, 'n'));
    for (const [name, content] of Object.entries(site.#files)) await writeFile(join(root, name), content);
    await writeFile(join(root, 'packed.txt.gz'), gzipSync(site.#file('packed.txt')));
    for (let i = 0; i < DIRECTORIES; i++) {
      await mkdir(join(root, `list-${i}`));
      for (let k = 0; k < ENTRIES; k++) await writeFile(join(root, `list-${i}`, `entry-${k}`), '');
    }
    for (let i = 0; i < SMALL_FILES; i++) await writeFile(join(root, 'n', `${i}.txt`), `file ${i}\n`);
    return site;
  }

  private constructor(root: string) {
    this.root = root;
    this.#files = {
      'small.txt': randomBytes(3 * KIB),
      'packed.txt': Buffer.alloc(5 * KIB, 'text to pack '),
      '64k.bin': randomBytes(64 * KIB),
      '1m.bin': randomBytes(1024 * KIB),
    };
  }

  /** One tour: files in memory and on descriptors, ranges, a listing, a compressed sibling, a view and an upload. */
  visits(): Visit[] {
    const turn = this.#next++;
    const fresh = turn % SMALL_FILES;
    const large = this.#file('1m.bin');
    return [
      this.#whole('small.txt'),
      { request: get(`/s/n/${fresh}.txt`), check: ok(Buffer.from(`file ${fresh}\n`)) },
      this.#whole('64k.bin'),
      { request: get('/s/1m.bin', 'Range: bytes=1000-300000'), check: ok(large.subarray(1000, 300_001), 206) },
      { request: get('/s/64k.bin', 'Range: bytes=10-19, 60000-64999'), check: (answer) => this.#checkParts(answer) },
      { request: get('/view'), check: ok(Buffer.from(sha256(''))) },
      { request: post('/upload', this.#upload), check: ok(Buffer.from(sha256(this.#upload))) },
      this.#whole('1m.bin'),
      { request: head('HEAD', '/s/1m.bin'), method: 'HEAD', check: (answer) => expect([answer.status, answer.field('content-length')]).toEqual([200, String(large.length)]) },
      { request: get('/s/packed.txt', 'Accept-Encoding: gzip'), check: (answer) => this.#checkPacked(answer) },
      { request: get(`/s/list-${turn % DIRECTORIES}/`, 'Accept: application/json', 'Connection: close'), check: checkListing },
    ];
  }

  #file(name: string): Buffer {
    return this.#files[name] as Buffer;
  }

  #whole(name: string): Visit {
    return { request: get(`/s/${name}`), check: ok(this.#file(name)) };
  }

  /** Either representation will do: which one there is may have been past finding out. */
  #checkPacked(answer: Answer): void {
    const isPacked = answer.field('content-encoding') === 'gzip';
    if (isPacked) answer.body = gunzipSync(answer.body);
    ok(this.#file('packed.txt'))(answer);
  }

  #checkParts(answer: Answer): void {
    const file = this.#file('64k.bin');
    expect(answer.status).toBe(206);
    for (const part of [file.subarray(10, 20), file.subarray(60_000, 65_000)]) expect(answer.body.includes(part)).toBe(true);
  }
}

function ok(body: Buffer, status = 200): (answer: Answer) => void {
  return (answer) => {
    expect(answer.status).toBe(status);
    expect(answer.body.equals(body), `the ${answer.body.length} bytes of the answer are the ${body.length} expected`).toBe(true);
  };
}

function checkListing(answer: Answer): void {
  expect(answer.status).toBe(200);
  expect(answer.json<{ entries: unknown[] }>().entries).toHaveLength(ENTRIES);
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Makes `tours` tours in a row on one connection, on a new one whenever it ends. Throws at the first wrong byte, and at a hang. */
export async function visit(site: Site, url: string, tours: number): Promise<Tally> {
  const tally: Tally = { right: 0, refused: 0, cut: 0 };
  let client: Client | undefined;
  for (let tour = 0; tour < tours; tour++) {
    for (const { request, method, check } of site.visits()) {
      const answer = await answerOf(`${url}, tour ${tour}, ${request.slice(0, 50)}`, async () => {
        client ??= await connectTo(url);
        client.send(request);
        return client.answer(method);
      });
      if (answer?.status === 500 || answer?.status === 503) tally.refused++;
      else if (answer !== undefined) {
        check(answer);
        tally.right++;
      } else tally.cut++;
      if (answer !== undefined && answer.field('connection') !== 'close') continue;
      client?.destroy();
      client = undefined;
    }
  }
  client?.destroy();
  return tally;
}

/** Undefined when the connection ended, or never came to be. */
async function answerOf(what: string, ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof CutError || code === 'ECONNRESET' || code === 'EPIPE') return undefined;
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

async function connectTo(url: string): Promise<Client> {
  const target = { host: '127.0.0.1', port: Number(new URL(url).port) };
  const [socket, event] = url.startsWith('http:') ? [connect(target), 'connect'] : [connectTls({ ...target, rejectUnauthorized: false }), 'secureConnect'];
  const patience = setTimeout(() => socket.destroy(new Error(`waited ${PATIENCE_MS} ms for a connection`)), PATIENCE_MS);
  await new Promise<void>((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
  });
  clearTimeout(patience);
  return Client.over(socket);
}
