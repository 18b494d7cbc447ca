/** Metrics, traces and the admin listener over real sockets. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { defineApp, path, Response, serve } from '../../dist/index.js';
import { ask, get, post } from '../support/client.ts';
import { directoryWith, started } from '../support/servers.ts';

const TOKEN = 'a-token-of-sixteen-or-more';
const BEARER = `Authorization: Bearer ${TOKEN}`;

interface ShownTrace {
  method: string;
  target: string;
  route: string;
  status: number;
  answeredBy: string;
  parsed: number;
  dispatched: number | null;
  answered: number | null;
  written: number;
  cpu: number | null;
  traceId: string | null;
  phases: { kind: string; name: string; start: number; end: number }[];
}

async function outer(_: unknown, next: () => Response | Promise<Response>): Promise<Response> {
  return await next();
}

function site() {
  return defineApp({
    middleware: [outer as never],
    urls: [
      path('items/<int:id>/', (_, { id }) => new Response(`item ${id}`), { name: 'item' }),
      path('ids/', (request) => new Response(JSON.stringify(request.trace))),
    ],
  });
}

async function tracesOf(adminUrl: string, count: number): Promise<ShownTrace[]> {
  let traces: ShownTrace[] = [];
  await expect.poll(async () => (traces = (await ask(adminUrl, get('/api/state?after=0', BEARER))).json<{ traces: ShownTrace[] }>().traces).length).toBe(count);
  return traces;
}

describe('traces', () => {
  it('follow a view through its layers, in order and within the whole, and a file through the front', async () => {
    const root = await directoryWith({ 'a.txt': 'a file' });
    const server = await started({ app: site(), static: [{ prefix: '/f/', root }], admin: { listen: 0, token: TOKEN } });
    await ask(server.url, get('/items/7/'));
    await ask(server.url, get('/f/a.txt'));
    const [view, file] = await tracesOf(server.adminUrl as string, 2);
    expect(view).toMatchObject({ method: 'GET', target: '/items/7/', route: 'items/<int:id>/', status: 200, answeredBy: 'view' });
    expect(view?.phases.map(({ kind, name }) => `${kind} ${name}`.trim())).toEqual(['handler', 'router', 'view item', 'middleware outer', 'response outer']);
    const moments = [0, view?.parsed, view?.dispatched, view?.answered, view?.written] as number[];
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
    for (const { start, end } of view?.phases ?? []) {
      expect(start).toBeGreaterThanOrEqual((view?.dispatched as number) - 1);
      expect(end).toBeLessThanOrEqual((view?.answered as number) + 1);
    }
    expect(view?.cpu).toBeGreaterThan(0);
    expect(file).toMatchObject({ answeredBy: 'file', dispatched: null, phases: [], cpu: null });
  });

  it('are named by the caller: request.trace continues its trace', async () => {
    const server = await started({ app: site(), admin: { listen: 0, token: TOKEN } });
    const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
    const answer = await ask(server.url, get('/ids/', `traceparent: ${parent}`));
    const trace = answer.json<{ traceId: string; parentId: string; sampled: boolean }>();
    expect(trace).toMatchObject({ traceId: parent.slice(3, 35), parentId: '00f067aa0ba902b7', sampled: true });
    expect((await tracesOf(server.adminUrl as string, 1))[0]?.traceId).toBe(parent.slice(3, 35));
  });

  it('put Server-Timing into answers when that is asked for, and only then', async () => {
    const server = await started({ app: site(), trace: { serverTiming: true } });
    const timing = (await ask(server.url, get('/items/1/'))).field('Server-Timing');
    expect(timing).toMatch(/^queue;dur=[\d.]+, worker;dur=[\d.]+, handler;dur=[\d.]+, .*view\.item;dur=[\d.]+.*, total;dur=[\d.]+$/);
    const plain = await started({ app: site(), trace: true });
    expect((await ask(plain.url, get('/items/1/'))).field('Server-Timing')).toBeUndefined();
  });
});

describe('metrics', () => {
  it('count answers by route, lane and status, with whole histograms', async () => {
    const server = await started({ app: site(), metrics: { listen: 0 } });
    for (let i = 0; i < 3; i++) await ask(server.url, get('/items/1/'));
    await ask(server.url, get('/none'));
    const text = async () => (await ask(server.metricsUrl as string, get('/metrics'))).text;
    await expect.poll(text).toContain('fastserve_responses_total{lane="error",route="",code="4xx"} 1');
    const page = await text();
    expect(page).toContain('fastserve_responses_total{lane="view",route="/items/<int:id>/",code="2xx"} 3');
    expect(page).toContain('fastserve_request_duration_seconds_bucket{lane="view",route="/items/<int:id>/",le="+Inf"} 3');
    expect(page).toContain('fastserve_request_duration_seconds_count{lane="view",route="/items/<int:id>/"} 3');
    expect(page).toContain('fastserve_worker_up{slot="0"} 1');
    for (const line of page.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
      expect(line).toMatch(/^fastserve_[a-z_0-9]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[\d.e+-]+$/);
    }
  });
});

describe('the admin listener', () => {
  it('shows nothing to those who do not know the token', async () => {
    const server = await started({ app: site(), admin: { listen: 0, token: TOKEN } });
    const url = server.adminUrl as string;
    for (const path of ['/api/state', '/metrics', '/page.js', '/none']) {
      expect((await ask(url, get(path))).status).toBe(401);
      expect((await ask(url, get(path, `Authorization: Bearer ${TOKEN}x`))).status).toBe(401);
      expect((await ask(url, get(path, 'Cookie: fastserve_admin=0'))).status).toBe(401);
    }
    expect((await ask(url, post('/login', 'token=wrong'))).status).toBe(401);
    expect((await ask(url, get('/', 'Accept: text/html'))).text).not.toContain('/page.js');
    expect((await ask(url, get('/metrics', BEARER))).status).toBe(200);
  });

  it('takes the token once from a browser, and then its cookie', async () => {
    const server = await started({ app: site(), admin: { listen: 0, token: TOKEN } });
    const url = server.adminUrl as string;
    const signedIn = await ask(url, post('/login', `token=${TOKEN}`));
    expect([signedIn.status, signedIn.field('Location')]).toEqual([303, '/']);
    const cookie = signedIn.field('Set-Cookie') as string;
    expect(cookie).toContain('; HttpOnly; SameSite=Strict');
    expect(cookie).not.toContain(TOKEN);
    const page = await ask(url, get('/', `Cookie: ${cookie.split(';')[0]}`));
    expect(page.status).toBe(200);
    expect(page.field('Content-Security-Policy')).toContain("default-src 'none'");
  });

  it('has I/O threads with names of their own', async () => {
    await started({ app: site(), admin: { listen: 0, token: TOKEN }, metrics: { listen: 0 } });
    const names = async (): Promise<string[]> => {
      const tasks = await readdir('/proc/self/task');
      return Promise.all(tasks.map(async (task) => (await readFile(`/proc/self/task/${task}/comm`, 'utf8').catch(() => '')).trim()));
    };
    await expect.poll(names).toEqual(expect.arrayContaining(['fs-io-0', 'fs-admin-0', 'fs-metrics-0']));
  });

  it('ends with its server, and a server whose admin address is taken does not start', async () => {
    const server = await serve({ app: site(), admin: { listen: 0, token: TOKEN } });
    const { port } = new URL(server.adminUrl as string);
    await expect(serve({ app: site(), admin: { listen: Number(port), token: TOKEN } })).rejects.toMatchObject({ code: 'FS_LISTEN' });
    await server.close({ grace: 0 });
    await expect(fetch(`${server.adminUrl}/`)).rejects.toThrow();
  });
});
