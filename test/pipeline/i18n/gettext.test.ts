import { describe, expect, test } from 'vitest';
import {
  getLanguage,
  gettext,
  gettextLazy,
  type I18nOptions,
  ngettext,
  ngettextLazy,
  npgettext,
  npgettextLazy,
  overrideLanguage,
  pgettext,
  pgettextLazy,
  path,
  templates,
} from '../../../src/index.ts';
import { run } from '../helpers.ts';
import { catalogues, message, plural } from './support.ts';

const GERMAN = [
  message('Hello', 'Hallo'),
  message('Hello %(name)s', 'Hallo %(name)s'),
  message('May', 'Darf'),
  message('May', 'Mai', 'month'),
  plural('%(count)s file', '%(count)s files', ['%(count)s Datei', '%(count)s Dateien']),
  plural('file', 'files', ['Akte', 'Akten'], 'office'),
  message('Empty', ''),
  `#, fuzzy\n${message('Guessed', 'Geraten')}`,
].join('');

async function start(byLanguage: Readonly<Record<string, string>>, options: Partial<I18nOptions> = {}): Promise<void> {
  await run({ i18n: { directory: catalogues(byLanguage), languages: ['en', 'de'], ...options } });
}

const inGerman = <Result>(read: () => Result): Result => overrideLanguage('de', read);

describe('messages in a language', () => {
  test('gettext() translates', async () => {
    await start({ de: GERMAN });
    expect(inGerman(() => gettext('Hello'))).toBe('Hallo');
  });

  test('gettext() fills places when it is given values', async () => {
    await start({ de: GERMAN });
    expect(inGerman(() => gettext('Hello %(name)s', { name: 'Ada' }))).toBe('Hallo Ada');
  });

  test('ngettext() chooses the form of the language for the number', async () => {
    await start({ de: GERMAN });
    const files = (count: number): string => inGerman(() => ngettext('%(count)s file', '%(count)s files', count, { count }));
    expect([files(0), files(1), files(2)]).toEqual(['0 Dateien', '1 Datei', '2 Dateien']);
  });

  test('pgettext() tells two meanings apart', async () => {
    await start({ de: GERMAN });
    expect(inGerman(() => [gettext('May'), pgettext('month', 'May'), pgettext('verb', 'May')])).toEqual(['Darf', 'Mai', 'May']);
  });

  test('npgettext() does both', async () => {
    await start({ de: GERMAN });
    expect(inGerman(() => [npgettext('office', 'file', 'files', 1), npgettext('office', 'file', 'files', 3)])).toEqual(['Akte', 'Akten']);
  });

  test('a message without a translation is shown as it was written', async () => {
    await start({ de: GERMAN });
    expect(inGerman(() => [gettext('Unknown'), gettext('Empty'), gettext('Guessed'), gettext(''), ngettext('cat', 'cats', 1), ngettext('cat', 'cats', 2)])).toEqual([
      'Unknown', 'Empty', 'Guessed', '', 'cat', 'cats',
    ]);
  });

  test('lazy messages are translated when they are read', async () => {
    const texts = [gettextLazy('Hello'), pgettextLazy('month', 'May'), ngettextLazy('%(count)s file', '%(count)s files', 2, { count: 2 }), npgettextLazy('office', 'file', 'files', 1)];
    await start({ de: GERMAN });
    expect(texts.map(String)).toEqual(['Hello', 'May', '2 files', 'file']);
    expect(inGerman(() => JSON.stringify(texts))).toBe('["Hallo","Mai","2 Dateien","Akte"]');
  });

  test('a lazy message in a template is translated when it is rendered', async () => {
    const title = gettextLazy('Hello');
    const engine = templates({ sources: { 'page.html': '{{ title }}, {{ title|upper }}' } });
    await run({ templates: engine, i18n: { directory: catalogues({ de: GERMAN }), languages: ['de', 'en'] } });
    expect(await engine.renderToString('page.html', { title })).toBe('Hallo, HALLO');
  });
});

describe('the language of now', () => {
  test('is the default where nothing else was said', async () => {
    await start({ de: GERMAN }, { defaultLanguage: 'de' });
    expect([getLanguage(), gettext('Hello')]).toEqual(['de', 'Hallo']);
  });

  test('is another one inside of overrideLanguage() alone, after waiting too', async () => {
    await start({ de: GERMAN });
    const inside = overrideLanguage('de', async () => {
      await Promise.resolve();
      return getLanguage();
    });
    expect([await inside, getLanguage()]).toEqual(['de', 'en']);
  });

  test('is the default again inside of another', async () => {
    await start({ de: GERMAN });
    const inside = overrideLanguage('de', () => overrideLanguage('en', async () => {
      await Promise.resolve();
      return getLanguage();
    }));
    expect(await inside).toBe('en');
  });

  test('is the nearest that the application has', async () => {
    await start({ de: GERMAN });
    expect(['de-CH', 'DE', 'fr', ''].map((language) => overrideLanguage(language, getLanguage))).toEqual(['de', 'de', 'en', 'en']);
  });

  test('means nothing to an application that translates nothing', async () => {
    await run({ urls: [path('', () => 'ok')] });
    expect(overrideLanguage('de', () => [getLanguage(), gettext('Hello'), ngettext('cat', 'cats', 2)])).toEqual(['en', 'Hello', 'cats']);
  });
});

describe('languages that stand in', () => {
  test('a variant falls back on its language', async () => {
    await start({ pt_BR: message('bus', 'ônibus'), pt: message('bus', 'autocarro') + message('yes', 'sim') }, { languages: ['en', 'pt-BR'] });
    expect(overrideLanguage('pt-br', () => [gettext('bus'), gettext('yes')])).toEqual(['ônibus', 'sim']);
  });

  test('any other on the default', async () => {
    await start({ de: GERMAN, fr: message('Hello', 'Bonjour') }, { languages: ['de', 'fr', 'en'] });
    expect(overrideLanguage('fr', () => [gettext('Hello'), pgettext('month', 'May')])).toEqual(['Bonjour', 'Mai']);
  });

  test('but the language of the sources on what they say', async () => {
    await start({ de: GERMAN }, { languages: ['de', 'en-GB'] });
    expect(overrideLanguage('en-GB', () => gettext('Hello'))).toBe('Hello');
  });

  test('a message takes the plural form of the language that it is in', async () => {
    const french = `msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n${message('a', 'b')}`;
    await start({ de: GERMAN, fr: french }, { languages: ['de', 'fr'] });
    expect(overrideLanguage('fr', () => npgettext('office', 'file', 'files', 0))).toBe('Akten');
  });
});

describe('catalogues', () => {
  test('of several directories the first that has a message gives it', async () => {
    const directory = [catalogues({ de: message('a', 'first') }), catalogues({ de: message('a', 'second') + message('b', 'second') })];
    await start({}, { directory });
    expect(inGerman(() => [gettext('a'), gettext('b')])).toEqual(['first', 'second']);
  });

  test('may have the name that they have in Django', async () => {
    await start({}, { directory: catalogues({ de: GERMAN }, 'django'), domain: 'django' });
    expect(inGerman(() => gettext('Hello'))).toBe('Hallo');
  });

  test('that are missing fail the start and say what was expected', async () => {
    await expect(start({})).rejects.toThrow(/there is no catalogue for 'de'; expected .*de\/LC_MESSAGES\/messages\.po/);
  });

  test('that are broken fail the start with file and line', async () => {
    await expect(start({ de: 'msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr "\n' })).rejects.toThrow(/de\/LC_MESSAGES\/messages\.po:5: this string is never closed/);
  });

  test('that say wrongly which plural forms they have fail the start', async () => {
    await expect(start({ de: 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=require(1);\\n"\n' })).rejects.toThrow(/messages\.po:1: Plural-Forms: unexpected "require/);
    await expect(start({ de: plural('a', 'b', ['c']) })).rejects.toThrow(/messages\.po:6: this message has 1 plural forms; Plural-Forms says 2/);
  });
});

describe('the option i18n', () => {
  test.each<[Partial<I18nOptions>, string]>([
    [{ languages: [] }, 'languages is empty'],
    [{ languages: ['de', 'DE'] }, 'languages has "de" twice'],
    [{ languages: ['not a tag'] }, 'languages has "not a tag"; expected a language tag such as "de"'],
    [{ defaultLanguage: 'fr' }, 'defaultLanguage is "fr", which is not among languages'],
    [{ directory: '' }, 'directory must be a path or a file: URL'],
    [{ domain: '../x' }, 'domain is "../x"'],
    [{ language: 'de' } as Partial<I18nOptions>, "unknown option 'language'; did you mean 'languages'?"],
  ])('%j is refused when the application is defined', async (options, problem) => {
    await expect(run({ i18n: { directory: 'locale', languages: ['en', 'de'], ...options } })).rejects.toThrow(`defineApp(): i18n: ${problem}`);
  });
});
