/**
 * Clients that go on asking while a server suffers, and a tally of everything that became of their requests. A request has
 * exactly one outcome; what a test does not list must not occur.
 *
 * Outcomes are texts: "view 200", "file 503", "content cut" (the end came inside an answer, and shows), "file reset" (the end
 * came before an answer), "refused" (no connection), "view late" (no answer in the client's patience).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Answer, Client, CutError, get, post } from '../support/client.ts';
import { atEnd } from '../support/servers.ts';

/** One sort of request of a load. */
export interface Visit {
  readonly name: string;
  /** `token` is of this request alone. */
  readonly request: (token: string) => string | Buffer;
  /** Of an answer with 200 or 206: whether it is the one to this request, to the byte. */
  readonly isRight: (answer: Answer, token: string) => boolean;
}

export interface LoadOptions {
  /** Connections; default 16. */
  readonly clients?: number;
  /** Each client goes through them in turn; default: VISITS. */
  readonly visits?: readonly Visit[];
  /** Between two requests of a client; default 2. */
  readonly pauseMs?: number;
}

/** A view that says the token (deadly.mjs). */
export const view: Visit = {
  name: 'view',
  request: (token) => get(`/t/${token}`),
  isRight: (answer, token) => answer.text === `alive /t/${token}`,
};

/** A view that gives the content back. */
export const content: Visit = {
  name: 'content',
  request: (token) => post('/mirror', token.repeat(200)),
  isRight: (answer, token) => answer.text === token.repeat(200),
};

/** What `mount()` serves, below /files/. */
const SMALL = 'a small file\n';
const LARGE = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));
export const FILES = { 'small.txt': SMALL, 'large.bin': LARGE };

export const file: Visit = { name: 'file', request: () => get('/files/small.txt'), isRight: (answer) => answer.text === SMALL };
export const large: Visit = { name: 'large', request: () => get('/files/large.bin'), isRight: (answer) => answer.body.equals(LARGE) };
/** Answered by the front itself. */
export const missing: Visit = { name: 'missing', request: (token) => get(`/files/none-${token}`), isRight: () => false };

export const VISITS = [view, file, content, large, view, file];

export class Load {
  readonly #outcomes = new Map<string, number>();
  readonly #wrong: string[] = [];
  readonly #worstMs = new Map<string, number>();
  readonly #clients: Promise<void>[] = [];
  readonly #options: Required<LoadOptions>;
  #url: string;
  #done = false;
  #token = 0;

  /** Starts at once; is stopped behind the test. */
  constructor(url: string, { clients = 16, visits = VISITS, pauseMs = 2 }: LoadOptions = {}) {
    this.#url = url;
    this.#options = { clients, visits, pauseMs };
    for (let i = 0; i < clients; i++) this.#clients.push(this.#run(i));
    atEnd(() => this.#stop());
  }

  /** Clients that connect from now on go here. */
  moveTo(url: string): void {
    this.#url = url;
  }

  /** Requests with this outcome so far. */
  count(outcome: string): number {
    return this.#outcomes.get(outcome) ?? 0;
  }

  /** The longest time to a whole answer among visits of this name, since the last call. */
  worstMs(name: string): number {
    const worst = this.#worstMs.get(name) ?? 0;
    this.#worstMs.delete(name);
    return worst;
  }

  /** Resolves when this many more answers with 200 have come to each kind of visit named. */
  async served(more: number, ...names: string[]): Promise<void> {
    const wanted = names.map((name) => [`${name} 200`, this.count(`${name} 200`) + more] as const);
    const isServed = () => (wanted.every(([outcome, count]) => this.count(outcome) >= count) ? 'served' : JSON.stringify(Object.fromEntries(this.#outcomes)));
    await expect.poll(isServed, { timeout: 30_000, interval: 5 }).toBe('served');
  }

  /** Ends the load. Throws when an answer was wrong, or when there was an outcome that is neither a right 200 nor `allowed`. */
  async end(...allowed: string[]): Promise<Record<string, number>> {
    await this.#stop();
    expect(this.#wrong, 'wrong answers').toEqual([]);
    const others = [...this.#outcomes.keys()].filter((outcome) => !outcome.endsWith(' 200') && !allowed.includes(outcome));
    const tally = Object.fromEntries(this.#outcomes);
    expect(others, `outcomes beside those allowed, of ${JSON.stringify(tally)}`).toEqual([]);
    return tally;
  }

  async #stop(): Promise<void> {
    this.#done = true;
    await Promise.all(this.#clients);
  }

  async #run(index: number): Promise<void> {
    const { visits, pauseMs } = this.#options;
    let client: Client | null = null;
    for (let turn = index; !this.#done; turn++) {
      client ??= await this.#connect();
      if (client !== null && !(await this.#visit(client, visits[turn % visits.length] as Visit))) {
        client.destroy();
        client = null;
      }
      await sleep(client === null ? 10 : pauseMs);
    }
    client?.destroy();
  }

  async #connect(): Promise<Client | null> {
    try {
      return await Client.connect(this.#url);
    } catch {
      this.#note('refused');
      return null;
    }
  }

  /** Whether the connection can be used again. */
  async #visit(client: Client, visit: Visit): Promise<boolean> {
    const token = `k${this.#token++}.`;
    const began = performance.now();
    client.send(visit.request(token));
    try {
      const answer = await client.answer();
      this.#noteAnswer(visit, answer, token, performance.now() - began);
      return answer.field('connection') !== 'close';
    } catch (error) {
      if (error instanceof CutError) this.#note(`${visit.name} ${error.answer === undefined ? 'reset' : 'cut'}`);
      else if ((error as Error).message.startsWith('waited ')) this.#note(`${visit.name} late`);
      else this.#wrong.push(`${visit.name}: ${String(error)}`);
      return false;
    }
  }

  #noteAnswer(visit: Visit, answer: Answer, token: string, tookMs: number): void {
    const { status } = answer;
    this.#note(`${visit.name} ${status}`);
    if (status !== 200) return;
    if (!visit.isRight(answer, token)) this.#wrong.push(`${visit.name} ${token}: ${answer.text.slice(0, 100)}`);
    this.#worstMs.set(visit.name, Math.max(tookMs, this.#worstMs.get(visit.name) ?? 0));
  }

  #note(outcome: string): void {
    this.#outcomes.set(outcome, this.count(outcome) + 1);
  }
}
