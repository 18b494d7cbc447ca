import { describe, expect, test } from 'vitest';
import { type AppOptions, defineApp, getLanguage, gettext, type LocaleOptions, locale, path, type PipelineApplication, rePath, Response, setLanguage } from '../../../src/index.ts';
import { Browser } from '../browser.ts';
import { catalogues, message } from './support.ts';

function site(options: LocaleOptions = {}, more: Partial<AppOptions> = {}): PipelineApplication {
  const directory = catalogues({ de: message('Hello', 'Hallo'), fr: message('Hello', 'Bonjour') });
  return defineApp({
    i18n: { directory, languages: ['en', 'de', 'fr'] },
    middleware: [locale(options)],
    urls: [
      path('language/', setLanguage),
      path('own/', () => new Response('x', { headers: [['content-language', 'la'], ['vary', 'accept-language']] })),
      path('slow/', async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return gettext('Hello');
      }),
      rePath(/.*/, () => `${getLanguage()}: ${gettext('Hello')}`),
    ],
    ...more,
  });
}

const german = { 'accept-language': 'de-AT, en;q=0.5' };

describe('locale()', () => {
  test('follows Accept-Language and says so', async () => {
    const answer = await new Browser(site()).get('/', german);
    expect([answer.text(), answer.headers.get('content-language'), answer.headers.get('vary')]).toEqual(['de: Hallo', 'de', 'Accept-Language, Cookie']);
  });

  test('takes the default without it', async () => {
    const answer = await new Browser(site()).get('/');
    expect([answer.text(), answer.headers.get('content-language'), answer.headers.get('vary')]).toEqual(['en: Hello', 'en', 'Accept-Language, Cookie']);
  });

  test('keeps the language of each of several requests at once', async () => {
    const application = site();
    const texts = ['de', 'fr', 'en', 'de'].map(async (language) => (await new Browser(application).get('/slow/', { 'accept-language': language })).text());
    expect(await Promise.all(texts)).toEqual(['Hallo', 'Bonjour', 'Hello', 'Hallo']);
  });

  test('goes by the cookie before Accept-Language', async () => {
    const answer = await new Browser(site()).get('/', { ...german, cookie: 'language=fr' });
    expect(answer.text()).toBe('fr: Bonjour');
  });

  test('passes over a cookie that names no language', async () => {
    const browser = new Browser(site());
    for (const cookie of ['language=xx', 'language=', `language=${'d'.repeat(100)}`, 'language=__proto__']) expect((await browser.get('/', { ...german, cookie })).text()).toBe('de: Hallo');
  });

  test('without a cookie pages do not vary by it', async () => {
    const answer = await new Browser(site({ cookieName: false })).get('/', { ...german, cookie: 'language=fr' });
    expect([answer.text(), answer.headers.get('vary')]).toEqual(['de: Hallo', 'Accept-Language']);
  });

  test('leaves what the view has said', async () => {
    const { headers } = await new Browser(site({ cookieName: false })).get('/own/', german);
    expect([headers.get('content-language'), headers.get('vary')]).toEqual(['la', 'accept-language']);
  });

  test('with urlPrefix a language that begins the path decides, and nothing varies', async () => {
    const browser = new Browser(site({ urlPrefix: true }));
    const answer = await browser.get('/fr/about', { ...german, cookie: 'language=de' });
    expect([answer.text(), answer.headers.get('content-language'), answer.headers.get('vary')]).toEqual(['fr: Bonjour', 'fr', null]);
    expect([(await browser.get('/FR', german)).text(), (await browser.get('/frog/', german)).text()]).toEqual(['fr: Bonjour', 'de: Hallo']);
  });

  test('needs languages to choose from', () => {
    expect(() => defineApp({ urls: [], middleware: [locale()] })).toThrow('defineApp(): locale() chooses among the languages of the application, and there are none; give i18n: { directory, languages }');
  });

  test.each<[LocaleOptions, string]>([
    [{ cookieName: 'a b' }, 'locale(): cookieName is "a b"'],
    [{ cookieMaxAgeSeconds: 0 }, 'locale(): cookieMaxAgeSeconds is 0'],
    [{ urlPrefix: 'yes' } as unknown as LocaleOptions, 'locale(): urlPrefix is "yes"; expected true or false'],
  ])('refuses %j', (options, problem) => {
    expect(() => locale(options)).toThrow(problem);
  });
});

describe('setLanguage', () => {
  test('keeps the choice of the visitor', async () => {
    const browser = new Browser(site());
    const answer = await browser.post('/language/', { language: 'fr', next: '/about?a=1' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/about?a=1']);
    expect((await browser.get('/', german)).text()).toBe('fr: Bonjour');
  });

  test('says how long the cookie lives and who may have it', async () => {
    const answer = await new Browser(site({ cookieMaxAgeSeconds: 60 }), 'https://localhost').post('/language/', { language: 'fr' });
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^language=fr; .*Max-Age=60/)]);
    expect(answer.headers.getSetCookie()[0]).toContain('SameSite=Lax');
  });

  test('sends back to where the form was', async () => {
    const answer = await new Browser(site()).post('/language/', { language: 'fr' }, { referer: 'http://localhost/news/?page=2' });
    expect(answer.headers.get('location')).toBe('/news/?page=2');
  });

  test.each(['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)'])('never leads to another site: %s', async (next) => {
    const answer = await new Browser(site()).post('/language/', { language: 'fr', next }, { referer: 'http://evil.example/' });
    expect(answer.headers.get('location')).toBe('/');
  });

  test('with urlPrefix leads to the page in the new language', async () => {
    const answer = await new Browser(site({ urlPrefix: true })).post('/language/', { language: 'fr', next: '/de/about/?a=/de/' });
    expect(answer.headers.get('location')).toBe('/fr/about/?a=/de/');
  });

  test('refuses a language that the site has not', async () => {
    const browser = new Browser(site());
    expect((await browser.post('/language/', { language: 'it' })).status).toBe(400);
    expect((await browser.post('/language/')).status).toBe(400);
    expect(browser.cookies.size).toBe(0);
  });

  test('does nothing by GET', async () => {
    expect((await new Browser(site()).get('/language/?language=fr')).status).toBe(405);
  });
});
