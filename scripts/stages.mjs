/**
 * Commands that run beside each other, as stages of one run. What a stage prints is kept until it has ended and shown whole; one at
 * a time may be shown live, and then the others wait for its end.
 */
import { spawn } from 'node:child_process';

export class Stages {
  #root;
  #began = performance.now();
  /** { title, from, seconds, ok }, in the order of their ends. */
  #ended = [];
  #isLive = false;
  /** Texts of stages that ended while another one was shown live. */
  #held = [];

  /** root: the directory that commands run in. */
  constructor(root) {
    this.#root = root;
  }

  /**
   * Resolves when the command has ended; never rejects. live: shows what it prints as it prints it.
   * @returns {Promise<{ ok: boolean, output: string }>} ok: it could be started and ended with 0; output: what it printed
   */
  async run(title, command, args, { live = false } = {}) {
    const from = performance.now();
    if (live) this.#showLive(title);
    const { ok, output } = await this.#spawn(command, args, live);
    const seconds = (performance.now() - from) / 1000;
    this.#ended.push({ title, from: (from - this.#began) / 1000, seconds, ok });
    if (live) this.#endLive();
    else this.#show(`\n== ${title}: ${seconds.toFixed(0)} s\n${output}`);
    return { ok, output };
  }

  /** When each stage began and how long it took, one a line, in the order of their beginnings. */
  table() {
    const rows = [...this.#ended].sort((a, b) => a.from - b.from);
    const lines = rows.map(({ title, from, seconds, ok }) => `${from.toFixed(0).padStart(6)} ${seconds.toFixed(0).padStart(6)}  ${title}${ok ? '' : '  FAILED'}`);
    const total = ((performance.now() - this.#began) / 1000).toFixed(0);
    return [' begin  takes  (seconds)', ...lines, `${total.padStart(13)}  all`].join('\n');
  }

  #spawn(command, args, live) {
    return new Promise((resolve) => {
      let output = '';
      const child = spawn(command, args, { cwd: this.#root, stdio: ['ignore', 'pipe', 'pipe'] });
      const take = (piece) => {
        output += piece;
        if (live) process.stdout.write(piece);
      };
      child.stdout.setEncoding('utf8').on('data', take);
      child.stderr.setEncoding('utf8').on('data', take);
      child.on('error', (error) => take(`${error.message}\n`));
      child.on('close', (code) => resolve({ ok: code === 0, output }));
    });
  }

  #show(text) {
    if (this.#isLive) this.#held.push(text);
    else process.stdout.write(text);
  }

  #showLive(title) {
    this.#isLive = true;
    process.stdout.write(`\n== ${title}\n`);
  }

  #endLive() {
    this.#isLive = false;
    for (const text of this.#held.splice(0)) process.stdout.write(text);
  }
}
