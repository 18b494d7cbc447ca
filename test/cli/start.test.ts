/** `fastserve start` over sockets: start message, serving, signals, exit codes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Running, run, SITE } from './command.ts';

let running: Running | undefined;
afterEach(async () => {
  running?.process.kill('SIGKILL');
  await running?.exited;
  running = undefined;
});

async function start(args: string[] = [], env: Record<string, string> = {}): Promise<string> {
  running = new Running(['start', SITE, '--port', '0', '--host', '127.0.0.1', '--workers', '1', ...args], { env });
  return running.url();
}

describe('start', () => {
  it('says what it serves, on standard output', async () => {
    await start();
    running?.process.kill('SIGTERM');
    const { stdout } = await (running as Running).exited;
    expect(stdout).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n {2}application {2}\S*test\/fixtures\/site\/app\/index\.ts \(fetch\)\n {2}static {7}\/ from \S*site\/public, then the application\n {2}threads {6}1 worker, 1 I\/O thread\n {2}process {6}\d+\n/);
  });

  it('serves files and the TypeScript application', async () => {
    const url = await start();
    expect(await (await fetch(`${url}/file.txt`)).text()).toBe('a file\n');
    expect(await (await fetch(`${url}/name`)).text()).toBe('hello /name');
  });

  it('writes the access log to standard output, unless told not to', async () => {
    const url = await start();
    await fetch(`${url}/logged`);
    expect(await (running as Running).output(/GET \/logged/)).toBeTruthy();
  });

  it('takes the port of the environment', async () => {
    running = new Running(['start', SITE, '--host', '127.0.0.1', '--workers', '1'], { env: { PORT: '0' } });
    expect(new URL(await running.url()).port).not.toBe('8080');
  });

  it('shows errors of the application on standard error, mapped to the source', async () => {
    const url = await start();
    expect((await fetch(`${url}/boom`)).status).toBe(500);
    expect(await (running as Running).output(/error worker 0: GET \/boom: Error: boom\n {4}at .*app\/index\.ts:11:/)).toBeTruthy();
  });

  it('runs the application in the main thread with --workers 0', async () => {
    running = new Running(['start', SITE, '--port', '0', '--host', '127.0.0.1', '--workers', '0']);
    expect(await (await fetch(`${await running.url()}/inline`)).text()).toBe('hello /inline');
  });

  it('prints an address that can be clicked for every interface', async () => {
    running = new Running(['start', SITE, '--port', '0', '--workers', '1']);
    expect(await running.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});

describe('a port in use', () => {
  it('is reported with its holder and the fix, with code 1', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const { code, stderr } = await run(['start', SITE, '--host', '127.0.0.1', '--port', String(port)]);
    await new Promise((resolve) => holder.close(resolve));
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: port ${port} is already in use by ".+" \\(pid ${process.pid}\\)\\. Choose another with --port`));
  });
});

describe('an application that cannot be loaded', () => {
  it('ends the start with its place, the lines around that and code 1', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'fastserve-start-'));
    await writeFile(join(directory, 'app.ts'), 'type A = 1;\nthrow new Error("no database");\nexport default {};');
    const { code, stdout, stderr } = await run(['start', directory, '--port', '0']);
    await rm(directory, { recursive: true });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.replace(/\S*app\.ts/, 'app.ts')).toBe(
      'error: the application could not be loaded: no database\n  app.ts:2:7\n    1 | type A = 1;\n  > 2 | throw new Error("no database");\n    3 | export default {};\n',
    );
  });
});

describe('signals', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s finishes the request in flight and ends with code 0', async (signal) => {
    const url = await start();
    const slow = fetch(`${url}/slow`);
    await (running as Running).output(/"message":"slow began"/);
    running?.process.kill(signal);
    expect(await (await slow).text()).toBe('hello /slow');
    const { code, stderr } = await (running as Running).exited;
    expect(code).toBe(0);
    expect(stderr).toMatch(/^stopping: finishing 1 request \(press Ctrl\+C again to force\)$/m);
  });

  it('a second one ends at once with code 1', async () => {
    const url = await start();
    const slow = fetch(`${url}/slow`).then(({ status }) => status, () => 'cut');
    await (running as Running).output(/"message":"slow began"/);
    running?.process.kill('SIGINT');
    await (running as Running).output(/^stopping:/m);
    running?.process.kill('SIGINT');
    expect((await (running as Running).exited).code).toBe(1);
    // Never a complete-looking answer: a reset, or the front's 502 when the worker thread went first.
    expect(['cut', 502]).toContain(await slow);
  });
});

describe('an address that stands for every interface', () => {
  it.each([['0.0.0.0', 1], ['127.0.0.1', 0]])('%s is said to be one, or not', async (host, lines) => {
    running = new Running(['start', SITE, '--host', host, '--port', '0']);
    const [message] = await running.output(/^listening on [^]*^ {2}process .*$/m);
    expect(message.match(/^ {2}network {6}every interface, so other machines reach it too/gm) ?? []).toHaveLength(lines);
  });
});
