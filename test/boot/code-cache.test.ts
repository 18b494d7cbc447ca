/** The cache of compiled code: what it gives back, and what it must not take. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { CodeCache } from '../../src/boot/code-cache.ts';

const root = mkdtempSync(join(tmpdir(), 'fastserve-code-cache-'));
let home = '';
beforeEach(() => {
  home = mkdtempSync(join(root, 'home-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const DATA = { data: Buffer.from([1, 2, 0, 255]), isDraft: false };
const cacheOf = (environment: NodeJS.ProcessEnv, identity = 'build 1', place = '/opt/fastserve') => new CodeCache({ environment, identity, place });
const files = () => readdirSync(join(home, '.cache/fastserve')).map((name) => join(home, '.cache/fastserve', name));

test('gives back what was kept', () => {
  cacheOf({ HOME: home }).write('start', DATA);
  expect(cacheOf({ HOME: home }).read('start')).toEqual(DATA);
  expect(cacheOf({ HOME: home }).read('runtime')).toBeUndefined();
});

test('tells a draft from what replaced it', () => {
  cacheOf({ HOME: home }).write('start', { ...DATA, isDraft: true });
  expect(cacheOf({ HOME: home }).read('start')).toEqual({ ...DATA, isDraft: true });
  cacheOf({ HOME: home }).write('start', DATA);
  expect(files()).toHaveLength(1);
  expect(cacheOf({ HOME: home }).read('start')).toEqual(DATA);
});

test('only its user can read and write the files', () => {
  cacheOf({ HOME: home }).write('start', DATA);
  expect(files().map((file) => statSync(file).mode & 0o777)).toEqual([0o600]);
  expect(statSync(join(home, '.cache/fastserve')).mode & 0o777).toBe(0o700);
});

test('another build, and another place of the package, find nothing', () => {
  cacheOf({ HOME: home }).write('start', DATA);
  expect(cacheOf({ HOME: home }, 'build 2').read('start')).toBeUndefined();
  expect(cacheOf({ HOME: home }, 'build 1', '/opt/other').read('start')).toBeUndefined();
});

test('a new build takes the place of the one before', () => {
  cacheOf({ HOME: home }).write('start', DATA);
  cacheOf({ HOME: home }, 'build 2').write('start', DATA);
  expect(files()).toHaveLength(1);
  expect(cacheOf({ HOME: home }, 'build 2').read('start')).toEqual(DATA);
});

test('a file that others may write is not used', () => {
  cacheOf({ HOME: home }).write('start', DATA);
  for (const file of files()) chmodSync(file, 0o620);
  expect(cacheOf({ HOME: home }).read('start')).toBeUndefined();
});

test.each(['', 'build', 'build 1\n', 'build 1 draft\n', 'build 2\nxxxx', 'x'.repeat(99)])('a file with %j is not used', (content) => {
  cacheOf({ HOME: home }).write('start', DATA);
  for (const file of files()) writeFileSync(file, content);
  expect(cacheOf({ HOME: home }).read('start')).toBeUndefined();
});

test.each<[string, (home: string) => NodeJS.ProcessEnv]>([
  ['without a home', () => ({})],
  ['with a home that is no absolute path', () => ({ HOME: '.' })],
  ['where NODE_DISABLE_COMPILE_CACHE is set', (given) => ({ HOME: given, NODE_DISABLE_COMPILE_CACHE: '1' })],
  ['where the home cannot be written', () => ({ HOME: '/proc' })],
])('%s nothing is kept, in silence', (_title, environment) => {
  const cache = cacheOf(environment(home));
  cache.write('start', DATA);
  expect(cache.read('start')).toBeUndefined();
});

test.each(['XDG_CACHE_HOME', 'NODE_COMPILE_CACHE'])('%s says where it is', (name) => {
  cacheOf({ HOME: '/nowhere', [name]: home }).write('start', DATA);
  expect(readdirSync(join(home, 'fastserve'))).toHaveLength(1);
});
