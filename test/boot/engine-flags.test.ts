/** Cached code and the settings of the engine: a worker that takes another's place must still be able to use it. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { areFlagsChanged, codeOf, endPretenuring, withFirstFlags } from '../../src/boot/engine-flags.ts';

/** Another text each time, of the same length: V8 looks whether it has compiled a text before it looks at cached code, which it knows by the length. */
let count = 100;
const source = () => `(function () { return ${count++}; })`;

test('code that was made before a setting changed is taken with the first settings, and they change back', () => {
  const cachedData = new Script(source()).createCachedData();
  const isRejected = () => new Script(source(), { cachedData }).cachedDataRejected;
  expect(isRejected()).toBe(false);
  endPretenuring();
  expect(isRejected()).toBe(true);
  expect(withFirstFlags(isRejected)).toBe(false);
  expect(isRejected()).toBe(true);
});

test('settings are others after one was changed, and only then', () => {
  withFirstFlags(() => {
    expect(areFlagsChanged()).toBe(false);
    endPretenuring();
    expect(areFlagsChanged()).toBe(true);
  });
});

test('the settings change back when what is called throws', () => {
  endPretenuring();
  const cachedData = new Script(source()).createCachedData();
  const fail = () => {
    throw new Error('no');
  };
  expect(() => withFirstFlags(fail)).toThrow('no');
  expect(new Script(source(), { cachedData }).cachedDataRejected).toBe(false);
});

test('code that is asked for later is code for the first settings', () => {
  endPretenuring();
  const text = source();
  const cachedData = codeOf(new Script(text));
  expect(cachedData).toBeDefined();
  const isRejected = () => new Script(source(), { cachedData: cachedData as Buffer }).cachedDataRejected;
  expect(isRejected()).toBe(true);
  expect(withFirstFlags(isRejected)).toBe(false);
});

const MODULE = fileURLToPath(new URL('../../dist/boot/engine-flags.js', import.meta.url));

/** What a process of its own says that runs `program` with the module as `flags`. */
function said(program: string, ...options: string[]): string {
  const code = `import * as flags from ${JSON.stringify(MODULE)};\n${program}`;
  return execFileSync(process.execPath, [...options, '--input-type=module', '-e', code], { encoding: 'utf8' });
}

test('the first settings are those that a process begins with', () => {
  expect(said('console.log(flags.areFlagsChanged());')).toBe('false\n');
  expect(said('flags.raiseInlining(); console.log(flags.areFlagsChanged());')).toBe('true\n');
});

test('a value that the process was started with stays', () => {
  const own = '--max_inlined_bytecode_size_cumulative=1000';
  expect(said('flags.raiseInlining(); console.log(flags.areFlagsChanged());', own)).toBe('false\n');
});
