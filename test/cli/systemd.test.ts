/** Sockets that systemd passes, by its own protocol; what it hears is tested natively (test/native/net/datagram_test.cc). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ask, get } from '../support/client.ts';
import { atEnd, directoryWith } from '../support/servers.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

it('serves on a socket that was passed to it, with all I/O threads', async () => {
  const directory = await directoryWith({ 'a.txt': 'a file', 'fastserve.config.json': '{"listen": "systemd:web", "static": [{"prefix": "/", "root": "."}], "ioThreads": 2, "control": false}' });
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(holder.address() as { port: number }).port}`;
  const handle = (holder as unknown as { _handle: { fd: number } })._handle;
  // The shell's process becomes the server's: LISTEN_PID is its own.
  const child = spawn('/bin/sh', ['-c', `LISTEN_FDS=1 LISTEN_FDNAMES=web LISTEN_PID=$$ exec "${process.execPath}" "${MAIN}" start "${directory}"`], {
    stdio: ['ignore', 'pipe', 'inherit', handle.fd],
  });
  atEnd(() => void child.kill('SIGKILL'));
  // Else this process would take connections too.
  holder.close();
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  await expect.poll(() => text, { timeout: 20_000 }).toContain(`listening on ${url}\n`);
  for (let i = 0; i < 8; i++) expect((await ask(url, get('/a.txt'))).text).toBe('a file');
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
}, 60_000);
