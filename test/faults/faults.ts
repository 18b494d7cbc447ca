/** The preloaded shim of this folder: building it, and telling a running server's copy which system calls shall fail. */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isHeavy } from '../support/heavy.ts';

/** False, with a line that says so, where there is no C compiler: the tests of this folder are then skipped. */
export const hasCompiler = spawnSync('cc', ['--version']).status === 0;
if (!hasCompiler) console.warn('the cc command is missing: tests with failing system calls are skipped');

/** Every n-th call is hit, for each of these n. More of them where tests are heavy. */
export const DISTANCES: readonly number[] = isHeavy ? [2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 17, 23, 50, 100, 200] : [2, 7];

/** In the order of shim.c. */
const CALLS = [
  'accept', 'recv', 'send', 'sendmsg', 'sendfile', 'epollWait', 'epollAdd', 'epollModify', 'openat2', 'fstat', 'fstatat', 'pread', 'write',
  'socket', 'bind', 'listen', 'setsockopt', 'duplicate', 'open', 'epollCreate', 'eventfd', 'thread', 'fdopendir', 'readdir', 'pwrite', 'hostThread', 'hang',
] as const;

export type Call = (typeof CALLS)[number];
/** A name of errno(3), or a call that takes or gives one byte. */
export type Failure = keyof typeof constants.errno | 'short';

const RULE_BYTES = 16;
/** Offsets in a rule. */
const EVERY = 0;
const ERROR = 4;
const CALL_COUNT = 8;
const HIT_COUNT = 12;

/** Compiles one of this folder's preloaded libraries, once a process. @returns the shared object */
export function shim(name: 'shim' | 'clock' = 'shim'): string {
  const folder = fileURLToPath(new URL('../../build/faults', import.meta.url));
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url));
  const object = join(folder, `${name}-${process.pid}.so`);
  mkdirSync(folder, { recursive: true });
  execFileSync('cc', ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', object, source, '-ldl']);
  return object;
}

/** What shall fail in the processes that have this page in their environment. No call does at first. */
export class FaultPage {
  readonly environment: Record<string, string>;
  readonly #file: number;

  /** A page in `directory`, for the library that shim() has made. */
  constructor(object: string, directory: string) {
    const path = join(directory, 'faults');
    this.environment = { LD_PRELOAD: object, FAULTS_PAGE: path };
    this.#file = openSync(path, 'w+');
    writeSync(this.#file, Buffer.alloc(CALLS.length * RULE_BYTES));
  }

  close(): void {
    closeSync(this.#file);
  }

  /** From now on every `every`-th call fails so. */
  set(call: Call, failure: Failure, every: number): void {
    this.#write(call, ERROR, failure === 'short' ? 0 : constants.errno[failure]);
    this.#write(call, CALL_COUNT, 0);
    this.#write(call, HIT_COUNT, 0);
    this.#write(call, EVERY, every);
  }

  clear(call: Call): void {
    this.#write(call, EVERY, 0);
  }

  /** From now on the disk of all files with ".slow" in their names does not answer, until `clear('hang')`. Hits count who asked it. */
  hang(): void {
    this.#write('hang', HIT_COUNT, 0);
    this.#write('hang', EVERY, 1);
  }

  /** How many calls failed since `set`. */
  hits(call: Call): number {
    const word = Buffer.alloc(4);
    readSync(this.#file, word, 0, 4, CALLS.indexOf(call) * RULE_BYTES + HIT_COUNT);
    return word.readUInt32LE();
  }

  #write(call: Call, offset: number, value: number): void {
    const word = Buffer.alloc(4);
    word.writeInt32LE(value);
    writeSync(this.#file, word, 0, 4, CALLS.indexOf(call) * RULE_BYTES + offset);
  }
}
