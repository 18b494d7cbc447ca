/** A real Django site on three uWSGI processes, and on three gunicorn processes, behind fastserve. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FastServer, serve } from '../../dist/index.js';
import { ended, instance, type Manager, missingForDjango, prepare } from './django-site.ts';

const missing = missingForDjango();
// On a machine that must prove it, a skipped test is no proof.
if (missing.length > 0 && process.env['FASTSERVE_REQUIRE_DJANGO'] !== undefined) throw new Error(`missing: ${missing.join(', ')}`);

/** A browser as far as Django needs one: cookies, and the token of the last form. */
class Visitor {
  readonly url: string;
  #cookies = new Map<string, string>();

  constructor(url: string) {
    this.url = url;
  }

  async get(path: string): Promise<{ status: number; text: string; headers: Headers }> {
    return this.#send(path, {});
  }

  async submit(path: string, fields: Record<string, string | Blob>, { multipart = false } = {}) {
    const { text } = await this.get(path);
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const form = new FormData();
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, ...fields })) form.set(name, value);
    const body = multipart ? form : new URLSearchParams([...form].map(([name, value]): [string, string] => [name, String(value)]));
    return this.#send(path, { method: 'POST', body, headers: { referer: this.url + path } });
  }

  async #send(path: string, init: RequestInit) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.url + path, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return { status: response.status, text: await response.text(), headers: response.headers };
  }
}

describe.skipIf(missing.length > 0).each<Manager>(['uwsgi', 'gunicorn'])(`a Django site on three processes of %s${missing.length > 0 ? ` (missing: ${missing.join(', ')})` : ''}`, (manager) => {
  const data = mkdtempSync(join(tmpdir(), 'fastserve-django-'));
  let processes: ChildProcess[] = [];
  let server: FastServer;

  beforeAll(async () => {
    prepare(data);
    processes = await Promise.all([1, 2, 3].map((number) => instance(manager, data, number)));
    const scheme = manager === 'uwsgi' ? 'uwsgi+unix' : 'http+unix';
    server = await serve({
      upstreams: { site: { servers: [1, 2, 3].map((number) => `${scheme}:${data}/${manager}-${number}.sock`) } },
      proxy: [{ prefix: '/', upstream: 'site' }],
      static: [
        { prefix: '/static/', root: join(data, 'static'), maxAge: '1h' },
        { prefix: '/media/', root: join(data, 'media') },
      ],
    });
  });

  afterAll(async () => {
    await server?.close({ grace: 0 });
    await Promise.all(processes.map((child) => ended(child)));
    rmSync(data, { recursive: true, force: true });
  });

  it('serves its pages, and its static files without asking it', async () => {
    const visitor = new Visitor(server.url);
    const page = await visitor.get('/');
    expect([page.status, page.headers.get('server')]).toEqual([200, null]);
    expect(page.text).toContain('<h1>Notes</h1>');
    for (const file of ['/static/notebook/notebook.css', '/static/admin/css/base.css']) {
      const { status, headers } = await visitor.get(file);
      expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'text/css; charset=utf-8', 'public, max-age=3600']);
    }
  });

  it('knows its client, host and path, and spreads requests over the processes', async () => {
    const visitor = new Visitor(server.url);
    const pids = new Set<number>();
    for (let i = 0; i < 6; i += 1) {
      const told = JSON.parse((await visitor.get('/whoami/?a=1&b=%20')).text) as { pid: number };
      expect(told).toMatchObject({ path: '/whoami/', query: 'a=1&b=%20', host: new URL(server.url).host, secure: false, forwarded_for: '127.0.0.1' });
      pids.add(told.pid);
    }
    expect(pids.size).toBe(3);
  });

  it('logs in, refuses a form without its token, keeps a note with an upload, and shows the message', async () => {
    const visitor = new Visitor(server.url);
    expect((await visitor.get('/notes/add/')).headers.get('location')).toBe('/accounts/login/?next=/notes/add/');
    const login = await visitor.submit('/accounts/login/?next=/notes/add/', { username: 'admin', password: 'correct horse' });
    expect([login.status, login.headers.get('location')]).toEqual([302, '/notes/add/']);
    expect((await visitor.submit('/notes/add/', { csrfmiddlewaretoken: 'wrong', text: 'x' })).status).toBe(403);
    const empty = await visitor.submit('/notes/add/', { text: '' }, { multipart: true });
    expect([empty.status, empty.text]).toEqual([422, expect.stringContaining('This field is required.')]);
    const attachment = new Blob([Buffer.alloc(300_000, 'note')], { type: 'text/plain' });
    const added = await visitor.submit('/notes/add/', { text: `<b>kept by ${manager}</b>`, attachment }, { multipart: true });
    expect([added.status, added.headers.get('location')]).toEqual([302, '/']);
    const page = await visitor.get('/');
    expect(page.text).toContain('The note was kept.');
    expect(page.text).toContain(`&lt;b&gt;kept by ${manager}&lt;/b&gt;`);
    const file = /href="(\/media\/[^"]+)"/.exec(page.text)?.[1] ?? '';
    expect((await visitor.get(file)).text.length).toBe(300_000);
  });

  it('shows the admin site', async () => {
    const visitor = new Visitor(server.url);
    expect((await visitor.get('/admin/')).headers.get('location')).toBe('/admin/login/?next=/admin/');
    await visitor.submit('/admin/login/?next=/admin/', { username: 'admin', password: 'correct horse' });
    expect((await visitor.get('/admin/notebook/note/')).text).toContain('Select note to change');
  });

  it('loses no GET when one of the processes is killed under load', async () => {
    const visitor = new Visitor(server.url);
    const statuses = new Map<number, number>();
    let running = true;
    const clients = Array.from({ length: 8 }, async () => {
      while (running) {
        const { status } = await visitor.get('/whoami/');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    await expect.poll(() => statuses.get(200) ?? 0).toBeGreaterThan(30);
    await ended(processes[1] as ChildProcess);
    const before = statuses.get(200) ?? 0;
    await expect.poll(() => statuses.get(200) ?? 0).toBeGreaterThan(before + 60);
    running = false;
    await Promise.all(clients);
    expect([...statuses.keys()]).toEqual([200]);
  });
});
