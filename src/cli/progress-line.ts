/** One line of progress that is written over: on a terminal only. */
import type { WriteStream } from 'node:tty';

const INTERVAL_MS = 50;
const CLEAR_LINE = '\r\u001b[2K';

export class ProgressLine {
  readonly #stream: WriteStream;
  #shownAt = -Infinity;
  #isShown = false;

  /** Silent when the stream is no terminal. */
  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Shows a text, cut to the width of the terminal; a text that comes too soon behind another is left out. */
  show(text: string): void {
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#shownAt < INTERVAL_MS) return;
    this.#shownAt = now;
    this.#isShown = true;
    const printable = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
    this.#stream.write(CLEAR_LINE + printable.slice(0, Math.max(20, this.#stream.columns - 1)));
  }

  clear(): void {
    if (this.#isShown) this.#stream.write(CLEAR_LINE);
    this.#isShown = false;
  }
}
