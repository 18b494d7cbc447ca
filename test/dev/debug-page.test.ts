/** The page for a request whose application failed, made from what the pipeline told about it. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { debugPage } from '../../src/dev/debug-page.ts';
import { type RequestReport, RequestReports } from '../../src/dev/request-report.ts';
import { adaptApplication } from '../../src/gateway/adapters/index.ts';
import { DEFAULT_ENVIRONMENT } from '../../src/gateway/inject/environment.ts';
import { PlainRequest } from '../../src/gateway/inject/plain-request.ts';
import { defineApp, type Middleware, path, type PipelineApplication, provides, render, templates } from '../../src/index.ts';

/** What a development server knows when an application has answered this request; null for one that did not fail. */
async function reportOf(application: PipelineApplication, target = '/', fields: string[] = []): Promise<RequestReport | null> {
  const reports = new RequestReports();
  const running = adaptApplication(application);
  await running.start?.(reports.lend({ ...DEFAULT_ENVIRONMENT, debug: true, onError: () => {} }));
  const request = new PlainRequest({ target, fields: ['Host', 'a.org', ...fields] });
  reports.begin(request);
  await new Promise<void>((resolve) => void running.handle(request, () => resolve()));
  return reports.take(request);
}

const outer: Middleware = async function outer(_request, next) {
  return next();
};
const failing = () => {
  throw new RangeError('out of stock', { cause: new Error('no such table') });
};

describe('a report', () => {
  it('has every layer in order, how deep it is, and how it was left', async () => {
    const shop = provides(['cart'], function cart() {
      return { cart: 1 };
    });
    const application = defineApp({
      middleware: [outer],
      contextProcessors: [shop],
      templates: templates({ sources: { 'page.html': '{{ cart }}{{ nope }}' } }),
      urls: [path('shop/', function shopPage(request) { return render(request, 'page.html'); })],
    });
    const report = await reportOf(application, '/shop/');
    expect(report?.steps.map(({ layer, name, depth, outcome }) => [depth, layer, name, outcome])).toEqual([
      [0, 'middleware', 'outer', '500'],
      [1, 'view', 'shopPage for "/shop/"', 'asks for a template'],
      [1, 'context', 'cart', ''],
      [1, 'template', 'page.html', 'threw TemplateError'],
    ]);
    for (const { beganMs, endedMs } of report?.steps ?? []) expect(endedMs).toBeGreaterThanOrEqual(beganMs);
  });

  it('hides what must not be seen on a picture of the page', async () => {
    const fields = ['Cookie', 'sessionid=abc123; theme=dark', 'Authorization', 'Bearer abc123', 'X-CSRFToken', 'abc123', 'Accept', '*/*'];
    const page = debugPage((await reportOf(defineApp({ urls: [path('', failing)] }), '/', fields)) as RequestReport, 1);
    expect(page).not.toMatch(/abc123|dark"/);
    expect(page).toContain('sessionid=••••••; theme=••••••');
    expect(page).toContain('*/*');
  });

  it('does not exist for a request that was answered', async () => {
    expect(await reportOf(defineApp({ urls: [path('', () => 'fine')] }))).toBeNull();
  });
});

describe('the page', () => {
  it('shows the error, its cause, and the lines of the application that threw', async () => {
    const page = debugPage((await reportOf(defineApp({ urls: [path('', failing)] }))) as RequestReport, 1);
    expect(page).toContain('RangeError <span class="quiet">at GET /</span>');
    expect(page).toContain('out of stock');
    expect(page).toContain('Error: no such table');
    expect(page).toMatch(/<span class="hit"><i>\d+ {2}<\/i> {2}throw new RangeError\(/);
    expect(page).toContain(fileURLToPath(import.meta.url).split('/').at(-1));
  });

  it('points into a template', async () => {
    const application = defineApp({ templates: templates({ sources: { 'page.html': '<p>\n{{ user }}' } }), urls: [path('', (request) => render(request, 'page.html'))] });
    const page = debugPage((await reportOf(application)) as RequestReport, 1);
    expect(page).toContain('page.html:2:4 &#34;user&#34; is undefined');
    expect(page).toMatch(/\| {4}\^\^\^\^/);
  });

  it('lets nothing of the request or the error become markup', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const fails = () => {
      throw new Error(`${evil}\n${evil}`, { cause: new Error(evil) });
    };
    const page = debugPage((await reportOf(defineApp({ urls: [path('', fails)] }), '/?<img>', ['User-Agent', evil])) as RequestReport, 1);
    expect(page).not.toContain('<img');
  });

  it('is made for an error that has no stack, and for causes in a circle', () => {
    const error = Object.assign(new Error('plain'), { stack: undefined });
    error.cause = error;
    const report: RequestReport = { error, steps: [], method: 'GET', target: '/', client: '', fields: [], content: 'none' };
    expect(debugPage(report, 1)).toContain('It has no stack.');
  });
});
