/** The quick reader of `fastserve start` and the library for command lines must not differ. */
import { Command } from 'commander';
import { expect, test, vi } from 'vitest';
import { addStartCommand } from '../../src/cli/start-command.ts';
import { readStartArguments } from '../../src/cli/start-options.ts';

const serve = vi.hoisted(() => vi.fn(async () => {}));
vi.mock('../../src/cli/start.ts', () => ({ serveDirectory: serve }));

/** What the library makes of it: [directory, flags]. */
async function asCommander(args: string[]): Promise<unknown[]> {
  serve.mockClear();
  const program = new Command('fastserve');
  addStartCommand(program);
  await program.parseAsync(['start', ...args], { from: 'user' });
  return (serve.mock.calls[0] as unknown[]).slice(0, 2);
}

test.each([
  [[]],
  [['site']],
  [['-p', '8080']],
  [['site', '--port', '0', '--host', '127.0.0.1']],
  [['-H', '::1', 'site', '-w', 'auto']],
  [['--https', 'site', '--io-threads', '2', '--log', 'json']],
  [['-c', 'other.config.ts', '--workers', '0', '-p', '1', '-p', '2']],
  [['', '--log', '']],
])('start %j is read as the library reads it', async (args) => {
  const read = readStartArguments(args);
  expect([read?.directory, read?.flags]).toEqual(await asCommander(args));
});

test.each([[['--help']], [['-h']], [['--prot', '1']], [['--port=1']], [['-p1']], [['--port']], [['--port', '-1']], [['--', 'site']], [['a', 'b']], [['--no-https']]])(
  'start %j is left to the library',
  (args) => {
    expect(readStartArguments(args)).toBeNull();
  },
);
