/** `fastserve makemessages` and what `fastserve check` says of catalogues, as processes. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryWith } from '../support/servers.ts';
import { run } from './command.ts';

const APP = `import { defineApp, gettext, path, templates } from 'fastserve';
export default defineApp({
  i18n: { directory: new URL('./locale/', import.meta.url), languages: ['en', 'de'] },
  templates: templates({ directory: new URL('./templates/', import.meta.url) }),
  urls: [path('', () => gettext('Hello %(name)s', { name: 'Ada' }))],
});`;
const FILE = 'locale/de/LC_MESSAGES/messages.po';

async function siteWith(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const site = await directoryWith();
  for (const [name, content] of Object.entries({ 'app.ts': APP, 'templates/home.html': '{% translate "Home" %}', 'node_modules/x/a.js': 'gettext("no")', ...files })) {
    await mkdir(dirname(join(site, name)), { recursive: true });
    await writeFile(join(site, name), content);
  }
  return site;
}

describe('makemessages', () => {
  it('gathers the messages of modules and templates', async () => {
    const site = await siteWith();
    const { code, stdout, stderr } = await run(['makemessages', '-l', 'de'], { cwd: site });
    expect([code, stdout, stderr]).toEqual([0, `${FILE}: 2 messages, 2 new, 2 not translated\n`, '']);
    expect(await readFile(join(site, FILE), 'utf8')).toContain('#: app.ts:5\nmsgid "Hello %(name)s"\nmsgstr ""\n\n#: templates/home.html:1\nmsgid "Home"\nmsgstr ""\n');
  }, 30_000);

  it('brings the catalogues that there are up to date', async () => {
    const site = await siteWith({ 'locale/pt_BR/LC_MESSAGES/messages.po': 'msgid "Home"\nmsgstr "Início"\n' });
    const { stdout } = await run(['makemessages', site, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ catalogues: [{ language: 'pt-BR', count: 2, added: 1, untranslated: 1, obsolete: 0 }] });
  }, 30_000);

  it('writes nothing where a source cannot be read, and says which', async () => {
    const site = await siteWith({ 'bad.html': '{% translate %}', [FILE]: 'msgid "Home"\nmsgstr "Heim"\n' });
    const { code, stderr } = await run(['makemessages', site]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('bad.html:1')]);
    expect(stderr).toContain('--ignore bad.html');
    expect(await readFile(join(site, FILE), 'utf8')).toBe('msgid "Home"\nmsgstr "Heim"\n');
    expect((await run(['makemessages', site, '--ignore', 'bad.html'])).code).toBe(0);
  }, 30_000);

  it('asks for a language where there is none', async () => {
    const { code, stderr } = await run(['makemessages', await siteWith()]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('say for which languages: --locale de')]);
  }, 30_000);
});

describe('check', () => {
  it('fails for a catalogue that is broken, with its place', async () => {
    const site = await siteWith({ [FILE]: 'msgid "Home"\nmsgstr "Heim\n' });
    const { code, stderr } = await run(['check', site]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${FILE}:2: this string is never closed`)]);
  }, 30_000);

  it('warns of translations whose places are not those of their message', async () => {
    const site = await siteWith({ [FILE]: 'msgid "Hello %(name)s"\nmsgstr "Hallo %(nome)s"\n' });
    const { code, stderr } = await run(['check', site]);
    expect(code).toBe(0);
    expect(stderr).toContain(`${FILE}:1: the translation of "Hello %(name)s" leaves %(name)s out`);
    expect(stderr).toContain('has %(nome)s, which the message has not');
  }, 30_000);
});
