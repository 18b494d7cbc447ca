/** Files that are read at once: what would hold a start or a reload up is refused. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ConfigProblem } from '../../../src/errors.ts';
import { authRules } from '../../../src/config/resolve/auth.ts';
import { readErrorPages } from '../../../src/config/resolve/error-pages.ts';
import { directoryWith } from '../../support/servers.ts';

type Checked = Parameters<typeof readErrorPages>[0][number];

function problemsOfPage(path: string): string[] {
  const problems: ConfigProblem[] = [];
  readErrorPages([{ status: '404', path } as Partial<Checked> as Checked], '/', problems);
  return problems.map((problem) => `${problem.path}: ${problem.text}`);
}

it('an error page that is a pipe, a device or a directory is refused, and nobody waits for it', async () => {
  const directory = await directoryWith();
  const pipe = join(directory, '404.html');
  execFileSync('mkfifo', [pipe]);
  for (const path of [pipe, '/dev/zero', directory]) {
    expect(problemsOfPage(path)).toEqual([`errorPages.404: "${path}" is not a regular file. Correct the path (it is relative to the configuration file).`]);
  }
});

it('an error page that is not there is refused', async () => {
  const path = join(await directoryWith(), '404.html');
  expect(problemsOfPage(path)).toEqual([`errorPages.404: there is no readable file at "${path}". Correct the path (it is relative to the configuration file).`]);
});

it('a file of users that is a pipe is refused, and nobody waits for it', async () => {
  const pipe = join(await directoryWith(), 'users');
  execFileSync('mkfifo', [pipe]);
  const problems: ConfigProblem[] = [];
  authRules([{ users: pipe } as unknown as Parameters<typeof authRules>[0][number]], '/', problems);
  expect(problems).toEqual([
    { path: 'auth[0].users', text: `got "${pipe}", which cannot be read (not a regular file). Name a file with a line "name:scrypt$..." for each user.` },
  ]);
});
