/** What the workers of a server share: sessions and counts, over real workers. */
import { describe, expect, it } from 'vitest';
import type { FastServer } from '../../dist/index.js';
import { fixtureApp, started, takeErrors } from '../support/servers.ts';

const app = fixtureApp('visitors.mjs');

interface Visit {
  visits: number;
  thread: number;
}

/** Asks as one browser does. */
class Visitor {
  readonly #server: FastServer;
  #cookie = '';

  constructor(server: FastServer) {
    this.#server = server;
  }

  async visit(): Promise<Visit> {
    const response = await this.get('/visit/');
    this.#cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? this.#cookie;
    return (await response.json()) as Visit;
  }

  get(path: string): Promise<Response> {
    return fetch(this.#server.url + path, { headers: { cookie: this.#cookie, connection: 'close' } });
  }
}

describe('a session in memory', () => {
  it('is the same in every worker', async () => {
    const visitor = new Visitor(await started({ app, workers: 2 }));
    const visits: Visit[] = [];
    // Workers with as much to do take turns.
    while (new Set(visits.map(({ thread }) => thread)).size < 2) visits.push(await visitor.visit());
    visits.push(await visitor.visit(), await visitor.visit());
    expect(visits.map((visit) => visit.visits)).toEqual(visits.map((_, index) => index + 1));
  });

  it('outlives the worker that made it', async () => {
    takeErrors();
    const visitor = new Visitor(await started({ app, workers: 1 }));
    const before = await visitor.visit();
    expect((await visitor.get('/exit/')).status).toBe(502);
    const after = await visitor.visit();
    expect(after.visits).toBe(2);
    expect(after.thread).not.toBe(before.thread);
  });

  it('works in the thread of an inline application', async () => {
    const visitor = new Visitor(await started({ app, workers: 0 }));
    expect([(await visitor.visit()).visits, (await visitor.visit()).visits]).toEqual([1, 2]);
  });

  it('is another server\'s business in another server', async () => {
    const [one, other] = [await started({ app, workers: 1 }), await started({ app, workers: 1 })];
    const visitor = new Visitor(one);
    await visitor.visit();
    const cookie = (await visitor.get('/visit/')).headers.getSetCookie()[0]?.split(';')[0] as string;
    expect((await (await fetch(`${other.url}/visit/`, { headers: { cookie } })).json()) as Visit).toMatchObject({ visits: 1 });
  });
});

describe('a rate limit', () => {
  it('counts on when its worker dies', async () => {
    takeErrors();
    const visitor = new Visitor(await started({ app, workers: 1 }));
    expect((await visitor.get('/limited/')).status).toBe(200);
    await visitor.get('/exit/');
    expect([(await visitor.get('/limited/')).status, (await visitor.get('/limited/')).status]).toEqual([200, 429]);
  });
});
