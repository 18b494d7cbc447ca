/** Usage and configuration: everything that ends before a server starts. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './command.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fastserve-usage-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('help', () => {
  it('shows the commands and examples', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('start [options] [dir]');
    expect(stdout).toContain('$ fastserve start site --port 3000');
  });

  it('of start shows options and environment', async () => {
    const { code, stdout } = await run(['start', '--help']);
    expect(code).toBe(0);
    for (const word of ['--config', '--host', '--port', '--workers', '--io-threads', '--log', 'FASTSERVE_PORT or PORT']) expect(stdout).toContain(word);
  });

  it('of dev names its options, and its own address', async () => {
    const { code, stdout } = await run(['dev', '--help']);
    expect(code).toBe(0);
    for (const word of ['--config', '--host', '--port', '--https', '--log', '127.0.0.1']) expect(stdout).toContain(word);
  });

  it('of ctl keeps what a command does apart from its arguments, however long they are', async () => {
    const { stdout } = await run(['ctl', '--help']);
    expect(stdout).toMatch(/^  drain \[off\] {2,}say /m);
    expect(stdout).toMatch(/^  log-level \[error\|warn\|info\|debug\]\n {20,}which /m);
  });

  it('is shown without a command, with code 2', async () => {
    const { code, stderr } = await run([]);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: fastserve');
  });

  it('does not offer commands that do not exist yet', async () => {
    expect((await run(['--help'])).stdout).not.toMatch(/^\s+(test|shell|migrate)\b/m);
  });
});

describe('the version', () => {
  it('is that of the package', async () => {
    const { code, stdout } = await run(['--version']);
    expect([code, stdout]).toEqual([0, '0.1.0\n']);
  });
});

describe('wrong usage ends with code 2', () => {
  it.each([
    ['an unknown option', ['start', '--prot', '80'], "error: unknown option '--prot'\n(Did you mean --port?)"],
    ['an unknown command', ['strat'], "error: unknown command 'strat'\n(Did you mean start?)"],
    ['a second directory', ['start', 'a', 'b'], "error: too many arguments for 'start'"],
    ['a port that is none', ['start', '--port', 'http'], 'error: command line and environment: --port: got "http", expected a whole number from 0 to 65535.'],
    ['a directory that is not there', ['start', '/nowhere/at/all'], 'error: fastserve: there is no directory at "/nowhere/at/all". Give the directory of your site.'],
  ])('for %s', async (_name, args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('for a directory with nothing to serve', async () => {
    const { code, stderr } = await run(['start', directory]);
    expect(code).toBe(2);
    expect(stderr).toContain('there is nothing to serve');
  });

  it('for a configuration with a mistake', async () => {
    await writeFile(join(directory, 'fastserve.config.json'), '{ "app": "a.js", "wokers": 2 }');
    const { code, stderr } = await run(['start', directory]);
    expect(code).toBe(2);
    expect(stderr).toBe(`error: ${directory}/fastserve.config.json: wokers: unknown key in the configuration. Did you mean "workers"?\n`);
  });

  it('for an application that does not compile', async () => {
    await writeFile(join(directory, 'app.ts'), 'export default {\n  fetch( => 1\n};');
    const { code, stderr } = await run(['start', directory]);
    expect(code).toBe(2);
    expect(stderr).toContain(`the TypeScript does not compile:\n  ${directory}/app.ts:2:`);
  });

  it('for an application module that is missing', async () => {
    await writeFile(join(directory, 'fastserve.config.json'), '{ "app": "./no.ts" }');
    const { code, stderr } = await run(['start', directory]);
    expect(code).toBe(2);
    expect(stderr).toContain(`there is no file at "${directory}/no.ts". Correct the path, or make the file.`);
  });
});
