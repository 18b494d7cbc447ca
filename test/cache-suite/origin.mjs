/** The suite's own origin server, as a child process: it keeps what each test expects and tells what it was asked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const SUITE = dirname(createRequire(import.meta.url).resolve('http-cache-tests/package.json'));

/** Starts it on a free port. `directory` takes its pid file. Returns the port, and a function that ends it. */
export async function startOrigin(directory) {
  const child = spawn(process.execPath, ['--no-warnings', join(SUITE, 'server/server.mjs')], {
    env: { ...process.env, npm_config_protocol: 'http', npm_config_port: '0', npm_config_pidfile: join(directory, 'origin.pid') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8');
  let said = '';
  while (!said.includes('\n')) {
    const [text] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => ['the origin did not start\n'])]);
    said += text;
  }
  const port = Number(/:(\d+)\/\s*$/.exec(said.split('\n')[0])?.[1]);
  if (!(port > 0)) throw new Error(`the suite's origin said: ${said}`);
  return {
    port,
    stop: async () => {
      if (child.exitCode !== null || !child.kill()) return;
      await once(child, 'exit');
    },
  };
}
