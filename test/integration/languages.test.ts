/** A site in several languages over a socket: in workers, and with stored answers. */
import { describe, expect, it } from 'vitest';
import { ask, head } from '../support/client.ts';
import { fixtureApp, started } from '../support/servers.ts';

async function site() {
  const server = await started({ app: fixtureApp('languages.mjs'), workers: 1, cache: true });
  return (url: string, language: string) => ask(server.url, head('GET', url, `Accept-Language: ${language}`));
}

describe('a site in several languages', () => {
  it('answers each client in its own', async () => {
    const get = await site();
    const answers = await Promise.all(['de-AT,en;q=0.5', 'en', 'fr, de;q=0.1', 'ja'].map((language) => get('/', language)));
    expect(answers.map(({ text }) => text)).toEqual(['de: Hallo, 2 Besuche', 'en: Hello, 2 visits', 'de: Hallo, 2 Besuche', 'en: Hello, 2 visits']);
    expect(answers.map((answer) => [answer.field('content-language'), answer.field('vary')])).toEqual(['de', 'en', 'de', 'en'].map((language) => [language, 'Accept-Language']));
  });

  it('has a stored answer for each language', async () => {
    const get = await site();
    const texts: string[] = [];
    for (const language of ['de', 'en', 'de', 'en']) texts.push((await get('/kept/', language)).text);
    expect(texts).toEqual(['de: Hallo 1', 'en: Hello 2', 'de: Hallo 1', 'en: Hello 2']);
  });
});
