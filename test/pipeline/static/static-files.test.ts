/** staticUrl() and what it is made of: names to URLs, with and without a build. */
import { describe, expect, it } from 'vitest';
import type { StaticDirectory } from '../../../src/gateway/contract.ts';
import { defineApp, gateway, inject, nunjucks, path, render, staticIntegrity, staticUrl, StaticUrlError } from '../../../src/index.ts';
import { StaticFiles } from '../../../src/pipeline/static/index.ts';
import { directoryWith } from '../../support/servers.ts';
import { PlainRequest } from '../../../src/gateway/inject/plain-request.ts';

const BUILT: StaticDirectory[] = [
  { prefix: '/static/', built: new Map([['css/site.css', { name: 'css/site.3f9a1c2b0d4e.css', integrity: 'sha384-abc' }], ['a b.png', { name: 'a b.0123456789ab.png', integrity: 'sha384-def' }]]) },
  { prefix: '/flags/', built: null },
  { prefix: '/', built: null },
];

describe('without a build', () => {
  const { url, integrity } = new StaticFiles([{ prefix: '/assets/', built: null }]);

  it('a name is below the first directory', () => {
    expect([url('css/site.css'), url('a b?.png'), url('ü.png'), url('icons.svg#home'), url('a%.png')]).toEqual([
      '/assets/css/site.css', '/assets/a%20b?.png', '/assets/%C3%BC.png', '/assets/icons.svg#home', '/assets/a%25.png',
    ]);
  });

  it('there is no integrity to check', () => {
    expect(integrity('css/site.css')).toBe('');
  });

  it('the directory is /static/ where nobody says another', () => {
    expect(new StaticFiles().url('a.css')).toBe('/static/a.css');
  });
});

describe('with a build', () => {
  const { url, integrity } = new StaticFiles(BUILT);

  it('a name becomes the built one', () => {
    expect([url('css/site.css'), url('css/site.css?v=1#x'), url('a b.png')]).toEqual([
      '/static/css/site.3f9a1c2b0d4e.css', '/static/css/site.3f9a1c2b0d4e.css?v=1#x', '/static/a%20b.0123456789ab.png',
    ]);
  });

  it('a path says its directory by the longest prefix', () => {
    expect([url('/static/css/site.css'), url('/flags/de.svg'), url('/robots.txt')]).toEqual(['/static/css/site.3f9a1c2b0d4e.css', '/flags/de.svg', '/robots.txt']);
  });

  it('the integrity is that of the file', () => {
    expect(integrity('css/site.css')).toBe('sha384-abc');
  });

  it('a name that it does not have is an error that names the nearest one', () => {
    expect(() => url('css/sight.css')).toThrow(new StaticUrlError("static('css/sight.css'): the build of /static/ has no file 'css/sight.css'; did you mean 'css/site.css'? (run fastserve build again if it is new)"));
    expect(() => url('site.css')).toThrow("did you mean 'css/site.css'?");
    expect(() => integrity('nothing-like-it')).toThrow("the build of /static/ has no file 'nothing-like-it'; run fastserve build again if it is new");
  });
});

describe('what is no name', () => {
  it.each([[undefined, 'undefined'], [7, 'number'], ['', 'an empty name']])('%j is an error', (name, what) => {
    expect(() => new StaticFiles().url(name as never)).toThrow(`static(): got ${what}; expected a name such as 'css/site.css'`);
  });

  it('nor is any where no client reaches a directory', () => {
    expect(() => new StaticFiles([]).url('a.css')).toThrow("static('a.css'): the configuration has no static directory that clients can reach");
  });

  it('never leads to another host', () => {
    expect(new StaticFiles(BUILT).url('//evil.example/a.js')).toBe('/%2Fevil.example/a.js');
  });
});

describe('applications', () => {
  it('of any form call staticUrl', async () => {
    const app = gateway((_request, respond) => respond(200, [], `${staticUrl('a.css')} ${staticIntegrity('a.css')}.`));
    expect((await inject(app, '/')).text()).toBe('/static/a.css .');
  });

  it('have static and integrity in templates', async () => {
    const directory = await directoryWith({ 'page.html': '<link href="{{ static("css/site.css") }}" integrity="{{ integrity(\'css/site.css\') }}">' });
    const app = defineApp({ urls: [path('', (request) => render(request, 'page.html'))], templates: nunjucks({ directory }) }).bind();
    await app.start?.({ debug: false, onError: () => {}, staticDirectories: BUILT });
    const body = await new Promise((resolve) => void app.handle(new PlainRequest({ target: '/' }), (_status, _fields, content) => resolve(content)));
    expect(body).toBe('<link href="/static/css/site.3f9a1c2b0d4e.css" integrity="sha384-abc">');
  });

  it('get the template and the line of a wrong name', async () => {
    const directory = await directoryWith({ 'page.html': '<p>\n{{ static("css/sight.css") }}' });
    const app = defineApp({ urls: [path('', (request) => render(request, 'page.html'))], templates: nunjucks({ directory }) }).bind();
    const errors: Error[] = [];
    await app.start?.({ debug: false, onError: (error) => void errors.push(error), staticDirectories: BUILT });
    const status = await new Promise((resolve) => void app.handle(new PlainRequest({ target: '/' }), resolve));
    expect(status).toBe(500);
    expect(errors[0]?.message).toMatch(/^template 'page\.html', line 2: .*has no file 'css\/sight\.css'; did you mean 'css\/site\.css'\?/);
  });
});
