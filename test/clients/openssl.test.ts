/** openssl s_client by hand: versions, certificates of clients, new keys, early data. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { get } from '../support/client.ts';
import { atEnd, directoryWith } from '../support/servers.ts';
import { certificate, hasOpenssl, sClient } from '../support/tls.ts';
import { type RealSite, realSite } from './site.ts';

const LAST = get('/s/text.txt', 'Connection: close');

function portOf(site: RealSite): number {
  return Number(new URL(site.https).port);
}

describe.skipIf(!hasOpenssl)('openssl s_client', () => {
  it.each(['tls1_2', 'tls1_3'])('gets a file and a clean end (-%s)', async (version) => {
    const site = await realSite();
    const output = await sClient(portOf(site), [`-${version}`, '-quiet', '-no_ign_eof', '-verify_return_error', '-CAfile', site.tls.cert], LAST);
    expect(output.endsWith(site.files['text.txt'].toString())).toBe(true);
  });

  it.each(['tls1', 'tls1_1'])('is refused with -%s', async (version) => {
    const site = await realSite();
    expect(await sClient(portOf(site), [`-${version}`, '-cipher', 'DEFAULT@SECLEVEL=0'])).toMatch(/alert protocol version/);
  });

  it.each(['tls1_2', 'tls1_3'])('is let in with the certificate of a client, and not without (-%s)', async (version) => {
    const directory = await directoryWith();
    const authority = await certificate(directory, 'authority');
    const client = await certificate(directory, 'client', { issuer: authority });
    const site = await realSite({ ca: authority.cert, clientCertificates: 'require' });
    const ask = [`-${version}`, '-quiet', '-no_ign_eof'];
    const output = await sClient(portOf(site), [...ask, '-cert', client.cert, '-key', client.key], LAST);
    expect(output).toContain('HTTP/1.1 200 OK');
    expect(await sClient(portOf(site), ask, LAST)).toMatch(/alert (certificate required|handshake failure)/);
  });

  it('may ask for new keys in the middle of a connection', async () => {
    const site = await realSite();
    const talk = interactive(portOf(site), ['-tls1_3']);
    await talk.until(/Verify return code/);
    talk.type('K\n');
    await talk.until(/KEYUPDATE/);
    talk.type(LAST);
    await talk.until(/HTTP\/1\.1 200 OK/);
    expect(site.server.stats()).toMatchObject({ tlsFailures: 0 });
  });

  it('may not send early data, which could be replayed', async () => {
    const site = await realSite();
    const session = join(await directoryWith(), 'session');
    const request = join(await directoryWith({ request: LAST }), 'request');
    const ask = ['-tls1_3', '-no_ign_eof'];
    await sClient(portOf(site), [...ask, '-sess_out', session], LAST);
    const output = await sClient(portOf(site), [...ask, '-sess_in', session, '-early_data', request], LAST);
    expect(output).toMatch(/^Reused, TLSv1\.3/m);
    expect(output).toMatch(/Early data was (not sent|rejected)/);
    expect(site.server.stats().requests).toBe(2);
  });
});

/** s_client with somebody at its keyboard. Killed behind the test. */
function interactive(port: number, args: string[]) {
  const child = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...args]);
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  atEnd(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  return {
    type: (text: string) => void child.stdin.write(text),
    until: (pattern: RegExp) => expect.poll(() => output, { timeout: 10_000 }).toMatch(pattern),
  };
}
