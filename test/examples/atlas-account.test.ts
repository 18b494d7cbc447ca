/** What visitors of the example site may write, run without a socket: accounts, notes, flags, and what is refused. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FormValues, type TestClient, type TestContent, testClient } from 'fastserve';
import { describe, expect, it } from 'vitest';
import { atlasData } from './atlas-data.ts';
import app from '../../examples/atlas/app.ts';
import { readImage } from '../../examples/atlas/flag-image.ts';
import { secretKey } from '../../examples/atlas/settings.ts';
import { jpegHead, png } from './pictures.ts';

const PASSWORD = 'a long enough password';
const NOTE = { title: 'Slow trains', body: 'Take the slow trains and look out of the window.', rating: '4' };

/** Sends a form as its page does: with the token that the page holds. */
async function submit(client: TestClient, url: string, content: { form: FormValues } | { multipart: NonNullable<TestContent['multipart']> }, page = url) {
  const [, token = ''] = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec((await client.get(page)).text()) ?? [];
  const hidden = { csrfmiddlewaretoken: token };
  if ('form' in content) return client.post(url, { form: { ...hidden, ...content.form } as FormValues });
  return client.post(url, { multipart: { ...hidden, ...content.multipart } });
}

let count = 0;

/** A client that is logged in under a name of its own. */
async function member(): Promise<{ client: TestClient; name: string }> {
  const client = testClient(app);
  const name = `Visitor ${++count}`;
  const answer = await submit(client, '/account/join/', { form: { name, password: PASSWORD, again: PASSWORD } });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account/']);
  return { client, name };
}

const written = async (client: TestClient, country = 'deu', note = NOTE) => submit(client, `/countries/${country}/notes/new/`, { form: note });

/** The id of the newest note of whoever is logged in. */
const newestId = async (client: TestClient) => Number(/\/notes\/(\d+)\//.exec((await client.get('/account/')).text())?.[1]);

describe('accounts', () => {
  it('greets who joins, once', async () => {
    const { client, name } = await member();
    expect((await client.get('/account/')).text()).toContain(`Welcome, ${name}.`);
    expect((await client.get('/account/')).text()).not.toContain('Welcome');
  });

  it('says beside each input what is wrong, and keeps what was right', async () => {
    const answer = await submit(testClient(app), '/account/join/', { form: { name: 'Äg<b>', password: 'short', again: 'other' } });
    expect(answer.status).toBe(422);
    const html = answer.text();
    for (const message of ['Use letters, digits, spaces', 'Use at least 10 characters.', 'The two passwords differ.']) expect(html).toContain(message);
    expect(html).toContain('value="Äg&lt;b&gt;"');
    expect(html).not.toContain('short"');
  });

  it('gives a name once, in whatever case', async () => {
    const { name } = await member();
    const answer = await submit(testClient(app), '/account/join/', { form: { name: name.toUpperCase(), password: PASSWORD, again: PASSWORD } });
    expect([answer.status, answer.text()]).toEqual([422, expect.stringContaining('Somebody has this name already.')]);
  });

  it('lets in with the password and not without, and does not say which of the two was wrong', async () => {
    const { name } = await member();
    const client = testClient(app);
    for (const form of [{ name, password: 'not the password' }, { name: 'Nobody at all', password: PASSWORD }]) {
      const answer = await submit(client, '/account/login/', { form });
      expect([answer.status, answer.text()]).toEqual([422, expect.stringContaining('No account has this name and this password.')]);
    }
    const answer = await submit(client, '/account/login/?next=/countries/deu/notes/new/', { form: { name, password: PASSWORD } });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/countries/deu/notes/new/']);
  });

  it('leads to no other site after the log-in', async () => {
    const { name } = await member();
    const answer = await submit(testClient(app), '/account/login/?next=//evil.example/', { form: { name, password: PASSWORD } });
    expect(answer.headers.get('location')).toBe('/account/');
  });

  it('ends every copy of a session at the log-out', async () => {
    const { client } = await member();
    const copy = testClient(app);
    copy.cookies.set('sessionid', client.cookies.get('sessionid') ?? '');
    expect((await copy.get('/account/')).status).toBe(200);
    await submit(client, '/account/logout/', { form: {} }, '/account/');
    expect([(await client.get('/account/')).status, (await copy.get('/account/')).status]).toEqual([302, 302]);
  });
});

describe('notes', () => {
  it('are for those who are logged in, who come back to where they were', async () => {
    const answer = await testClient(app).get('/countries/fra/notes/new/');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/account/login/?next=%2Fcountries%2Ffra%2Fnotes%2Fnew%2F']);
  });

  it('stand on the page of their country, escaped', async () => {
    const { client, name } = await member();
    const answer = await written(client, 'nor', { ...NOTE, title: '<script>alert(1)</script>' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/countries/nor/#notes']);
    const html = (await testClient(app).get('/countries/nor/')).text();
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<script>alert');
    expect(html).toContain(name);
    expect(html).toContain('4.0 of 5');
  });

  it('are shown again with what is wrong', async () => {
    const { client } = await member();
    const answer = await written(client, 'deu', { title: '', body: 'too short', rating: '6' });
    expect(answer.status).toBe(422);
    for (const message of ['Fill in a title.', 'Use at least 20 characters.', 'Choose a rating from 1 to 5.', '>too short</textarea>']) {
      expect(answer.text()).toContain(message);
    }
  });

  it('come in pages of ten, and can be searched by their words', async () => {
    const { client } = await member();
    for (let i = 0; i < 12; i++) await written(client, 'isl', { ...NOTE, title: `Geysir ${i}`, body: `100% steam, number ${i}, and then some more.` });
    const first = (await client.get('/countries/isl/notes/')).text();
    expect(first.match(/class="note"/g)).toHaveLength(10);
    expect(first).toContain('Geysir 11');
    expect((await client.get('/countries/isl/notes/?page=2')).text().match(/class="note"/g)).toHaveLength(2);
    expect((await client.get('/countries/isl/notes/?page=3')).status).toBe(404);
    expect((await client.get('/notes/?q=100%25+steam')).text()).toContain('12 notes with');
    expect((await client.get('/notes/?q=_')).text()).toContain('0 notes with');
  });

  it('are changed and taken back by their author and nobody else', async () => {
    const { client } = await member();
    await written(client);
    const id = await newestId(client);
    const { client: other } = await member();
    const answer = await other.get(`/notes/${id}/`);
    expect([answer.status, answer.text()]).toEqual([403, expect.stringContaining('Only its author may change a note.')]);
    await submit(client, `/notes/${id}/`, { form: { ...NOTE, title: 'Fast trains' } });
    expect((await client.get('/account/')).text()).toContain('Fast trains');
    expect((await submit(client, `/notes/${id}/remove/`, { form: {} }, `/notes/${id}/`)).status).toBe(303);
    expect((await client.get(`/notes/${id}/`)).status).toBe(404);
  });

  it('are refused without the token of a page, with a page that says why', async () => {
    const { client } = await member();
    const answer = await client.post('/countries/deu/notes/new/', { form: NOTE });
    expect([answer.status, answer.text()]).toEqual([403, expect.stringContaining('CSRF')]);
  });

  it('answer a question that is none with 400', async () => {
    expect((await testClient(app).get(`/notes/?q=${'x'.repeat(61)}`)).status).toBe(400);
    expect((await testClient(app).get('/notes/?q=a&q=b')).status).toBe(400);
  });
});

describe('flags', () => {
  const upload = async (client: TestClient, content: Buffer, name = 'flag.png') =>
    submit(client, '/account/', { multipart: { flag: { name, content, type: 'image/png' } } });

  it('are kept under a name of their content, and fly beside the notes', async () => {
    const { client } = await member();
    expect((await upload(client, png(60, 40))).status).toBe(303);
    await written(client, 'pol');
    const [, file = ''] = /\/uploads\/([0-9a-f]{24}\.png)/.exec((await client.get('/countries/pol/')).text()) ?? [];
    expect(await readdir(join(atlasData, 'uploads'))).toContain(file);
  });

  it.each<[string, Buffer, RegExp]>([
    ['an SVG under another name', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /PNG or JPEG picture; this is neither/],
    ['nothing', Buffer.alloc(0), /Choose a picture\./],
    ['a picture that is too small', png(8, 8), /16 to 2000 pixels a side; this one is 8 × 8/],
    ['a file that is too large', Buffer.concat([png(20, 20), Buffer.alloc(300 * 1024)]), /at most 256 KB/],
  ])('refuse %s', async (_what, content, message) => {
    const { client } = await member();
    const answer = await upload(client, content);
    expect([answer.status, answer.text()]).toEqual([422, expect.stringMatching(message)]);
  });

  it('are told by their first bytes alone', () => {
    expect(readImage(jpegHead(640, 480))).toMatchObject({ extension: 'jpg', width: 640, height: 480 });
    for (const bytes of [jpegHead(640, 480).subarray(0, 14), Buffer.from([0xff, 0xd8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), png(20, 20).subarray(0, 20)]) {
      expect(readImage(bytes)).toMatch(/this is neither/);
    }
  });
});

it('agrees on one secret key however many start at once', () => {
  expect(secretKey()).toBe(secretKey());
});
