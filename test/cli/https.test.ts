/** `fastserve start --https`: a site over TLS without a certificate of its own. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { Client, get } from '../support/client.ts';
import { atEnd, directoryWith } from '../support/servers.ts';
import { Running, run, SITE } from './command.ts';

describe('--https', () => {
  it('serves the site with a certificate that can be trusted, and says how', async () => {
    const cache = await directoryWith();
    const running = new Running(['start', SITE, '--https', '--port', '0', '--host', '127.0.0.1', '--workers', '1'], { env: { XDG_CACHE_HOME: cache } });
    atEnd(async () => {
      running.process.kill('SIGKILL');
      await running.exited;
    });
    const url = new URL(await running.url());
    expect(url.protocol).toBe('https:');
    const [, file = ''] = await running.output(/NODE_EXTRA_CA_CERTS=(\S+)/);
    const socket = connect({ host: '127.0.0.1', port: Number(url.port), servername: 'localhost', ca: await readFile(file) });
    atEnd(() => void socket.destroy());
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    expect(socket.authorized).toBe(true);
    const client = Client.over(socket);
    client.send(get('/file.txt'));
    expect((await client.answer()).text).toBe('a file\n');
  });

  it.each([
    ['tls', '{ "port": 8443, "tls": { "cert": "a.pem", "key": "a.key" } }'],
    ['redirect', '{ "port": 8080, "redirect": "https" }'],
  ])('is refused for a listener that has %s', async (key, listen) => {
    const directory = await directoryWith({ 'fastserve.config.json': `{ "listen": ${listen}, "app": "./a.mjs" }` });
    await writeFile(join(directory, 'a.mjs'), '');
    const { code, stderr } = await run(['start', directory, '--https'], { env: { XDG_CACHE_HOME: join(directory, 'cache') } });
    expect(stderr).toContain(`--https: is for a site without certificates of its own, and listen[0] has ${key}. Leave --https out.`);
    expect(code).toBe(2);
  });
});
