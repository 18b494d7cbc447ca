/** Runs the built `fastserve` command as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
export const SITE = fileURLToPath(new URL('../fixtures/site', import.meta.url));

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The command while it runs. */
export class Running {
  readonly process: ChildProcess;
  readonly exited: Promise<Result>;
  #stdout = '';
  #stderr = '';

  /** shell: run before the command in the same process, as limits are set: "ulimit -n 100". */
  constructor(args: string[], options: { cwd?: string; env?: Record<string, string>; shell?: string } = {}) {
    const { FASTSERVE_PORT: _a, PORT: _b, WEB_CONCURRENCY: _c, FORCE_COLOR: _d, ...inherited } = process.env;
    const command = [process.execPath, MAIN, ...args] as [string, ...string[]];
    const [file, ...rest] = options.shell === undefined ? command : (['/bin/sh', '-c', `${options.shell}; exec "$0" "$@"`, ...command] as [string, ...string[]]);
    this.process = spawn(file, rest, { cwd: options.cwd, env: { ...inherited, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout?.setEncoding('utf8').on('data', (chunk: string) => (this.#stdout += chunk));
    this.process.stderr?.setEncoding('utf8').on('data', (chunk: string) => (this.#stderr += chunk));
    this.exited = once(this.process, 'close').then(([code]) => ({ code: code as number | null, stdout: this.#stdout, stderr: this.#stderr }));
  }

  /** The first match in what was printed so far or will be; rejects with the output when the process ends before. */
  async output(pattern: RegExp): Promise<RegExpExecArray> {
    let ended: Result | undefined;
    void this.exited.then((result) => (ended = result));
    for (;;) {
      const match = pattern.exec(`${this.#stdout}\n${this.#stderr}`);
      if (match !== null) return match;
      if (ended !== undefined) throw new Error(`no ${pattern} in the output:\n${ended.stdout}\n${ended.stderr}`);
      const streams = [this.process.stdout, this.process.stderr].map((stream) => once(stream as NodeJS.ReadableStream, 'data'));
      await Promise.race([...streams, this.exited]);
    }
  }

  /** Waits for the start message and gives the URL in it. */
  async url(): Promise<string> {
    return (await this.output(/^listening on (https?:\S+)$/m))[1] as string;
  }
}

/** Runs the command to its end. */
export function run(args: string[], options: ConstructorParameters<typeof Running>[1] = {}): Promise<Result> {
  return new Running(args, options).exited;
}
