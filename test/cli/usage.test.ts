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
    const { code, stderr } = await run(['start', directory, '--port', '0']);
    expect(code).toBe(2);
    expect(stderr).toContain(`the TypeScript does not compile:\n  ${directory}/app.ts:2:`);
  });

  it('for an application module that is missing', async () => {
    await writeFile(join(directory, 'fastserve.config.json'), '{ "app": "./no.ts" }');
    const { code, stderr } = await run(['start', directory, '--port', '0']);
    expect(code).toBe(2);
    expect(stderr).toContain(`there is no file at "${directory}/no.ts". Correct the path, or make the file.`);
  });
});

describe('what a program asked for as JSON', () => {
  it('has the failure too: its code, and each problem with its path', async () => {
    await writeFile(join(directory, 'fastserve.config.json'), '{ "workers": "a", "wokers": 2 }');
    const { code, stdout, stderr } = await run(['check', directory, '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'FS_CONFIG', source: `${directory}/fastserve.config.json`, problems: [{ path: 'workers' }, { path: 'wokers' }] },
    });
    expect(stderr).toContain('2 problems');
  });
});

describe('colours', () => {
  it.each([
    ['are left out where nobody looks at a terminal', {}, false],
    ['come where FORCE_COLOR asks for them', { FORCE_COLOR: '1' }, true],
    ['stay out where NO_COLOR says so, whatever else does', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('%s', async (_name, env, wanted) => {
    const { stderr } = await run(['start', join(directory, 'nowhere')], { env });
    expect(stderr.startsWith('\u001b[31merror:')).toBe(wanted);
  });
});

describe('an application that cannot be used', () => {
  it('is named as its source, not as what was made of it', async () => {
    await writeFile(join(directory, 'app.ts'), 'export const a: number = 1;');
    const { code, stderr } = await run(['start', directory, '--port', '0']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the application could not be loaded: \S*app\.ts has no default export; expected an application/);
    expect(stderr).not.toContain('.fastserve');
    expect(stderr.split('\n')).toHaveLength(2);
  });

  it('is told with the line of its URLconf', async () => {
    await writeFile(join(directory, 'app.mjs'), `import { path } from '${new URL('../../dist/index.js', import.meta.url).href}';\n\npath('x/', () => '', { methods: ['FOO'] });`);
    const { stderr } = await run(['check', directory]);
    expect(stderr).toContain(`unknown method "FOO"`);
    expect(stderr).toMatch(/^  \S+app\.mjs:3:1$/m);
    expect(stderr).toMatch(/^  > 3 \| path\(/m);
  });
});

describe('a variable that is not set', () => {
  it('is seen in the message about the value that it was meant to give', async () => {
    await writeFile(join(directory, 'fastserve.config.mjs'), 'export default { access: [{ prefix: "/h/", fields: { "X-Token": process.env.NOT_SET } }] };');
    expect((await run(['check', directory])).stderr).toContain('access[0].fields: got {"X-Token":undefined}');
  });
});
