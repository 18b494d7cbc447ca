/** Where the control socket of a site is. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { defaultSocketPath } from '../../src/control/socket-path.ts';

const ENVIRONMENT = { XDG_RUNTIME_DIR: '/run/user/1000' };
const pathOf = (directory: string): string => defaultSocketPath(directory, ENVIRONMENT);

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fastserve-socket-path-'));
  return () => rmSync(root, { recursive: true });
});

test('it has the same name for a directory and a link to it', () => {
  mkdirSync(join(root, 'site'));
  symlinkSync('site', join(root, 'current'));
  expect(pathOf(join(root, 'current'))).toBe(pathOf(join(root, 'site')));
});

test('it has another name for each directory', () => {
  const names = Array.from({ length: 1000 }, (_, index) => pathOf(join(root, `site-${index}`)));
  expect(new Set(names).size).toBe(1000);
});

test('it is in the directory of the user that is there for such things', () => {
  expect(pathOf(root)).toMatch(/^\/run\/user\/1000\/fastserve\/[0-9a-f]{16}\.sock$/);
});

test.each([[undefined], ['run']])('it is in a directory of this user below the temporary one where XDG_RUNTIME_DIR is %j', (directory) => {
  expect(defaultSocketPath(root, { XDG_RUNTIME_DIR: directory })).toMatch(new RegExp(`^${tmpdir()}/fastserve-\\d+/[0-9a-f]{16}\\.sock$`));
});
