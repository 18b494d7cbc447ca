/** Basic authentication by the front (auth). */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, type FastServer, gateway, hashPassword, serve } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { connected, directoryWith } from '../support/servers.ts';

const application = gateway((request, respond) => respond(200, [], request.path));
const basic = (credentials: string) => `Authorization: Basic ${Buffer.from(credentials).toString('base64')}`;

describe('auth', () => {
  let server: FastServer;
  beforeAll(async () => {
    const directory = await directoryWith({ users: `# who may\nann:${await hashPassword('right: ü')}\n` });
    server = await serve({ app: application, auth: [{ prefix: '/admin/', users: join(directory, 'users'), realm: 'the office' }] });
  });
  afterAll(() => server.close({ grace: 0 }));

  it('asks for a name and a password below its prefix, and nowhere else', async () => {
    const refused = await ask(server.url, get('/x/../%61dmin/'));
    expect(refused.status).toBe(401);
    expect(refused.field('www-authenticate')).toBe('Basic realm="the office", charset="UTF-8"');
    expect((await ask(server.url, get('/'))).status).toBe(200);
  });

  it('lets the right password in, in the order of the requests, and no other', async () => {
    const client = await connected(server);
    client.send([basic('ann:right: ü'), basic('ann:wrong'), basic('bob:right: ü'), basic('ann:right: ü\0'), 'Authorization: Bearer x', basic('ann:right: ü')].map((line) => get('/admin/a', line)).join(''));
    const seen = [];
    for (let i = 0; i < 6; i++) seen.push((await client.answer()).status);
    expect(seen).toEqual([200, 401, 401, 401, 401, 200]);
  });

  it('answers others while a password is hashed', async () => {
    const slow = await connected(server);
    slow.send(get('/admin/', basic('ann:another')));
    expect((await ask(server.url, get('/'))).status).toBe(200);
    expect((await slow.answer()).status).toBe(401);
  });
});

describe('a file of users', () => {
  it.each([
    ['is not there', undefined, /auth\[0\]\.users: got ".*", which cannot be read \(ENOENT\)/m],
    ['is empty', '\n# nobody\n', /has no users, so nobody could come in/],
    ['has a line of another form', 'ann:$apr1$secret\n', /line 1 of ".*" is not "name:scrypt\$\.\.\."\. Make the second part with hashPassword\(\)\./],
  ])('that %s is refused, without telling its lines', async (_what, content, message) => {
    const directory = await directoryWith(content === undefined ? {} : { users: content });
    const failure = await serve({ app: application, auth: [{ users: join(directory, 'users') }] }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String((failure as Error).message)).toMatch(message);
    expect(String((failure as Error).message)).not.toContain('secret');
  });
});
