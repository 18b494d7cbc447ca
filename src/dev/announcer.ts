/** Tells workers, and through them browsers, what became of the code. Main thread. */
import { BroadcastChannel } from 'node:worker_threads';
import { CHANNEL, type DevMessage, type LiveState } from './channel.ts';
import type { Failure } from './failure.ts';

export class Announcer {
  readonly #channel = new BroadcastChannel(CHANNEL);
  #state: LiveState = { version: Date.now(), generation: 0, broken: null };

  constructor() {
    this.#channel.onmessage = (event) => {
      if ((event as { data: DevMessage }).data.type === 'hello') this.#post({ type: 'state', state: this.#state });
    };
    this.#channel.unref();
  }

  /** This generation of code serves, and is the newest. */
  serves(generation: number): void {
    this.#change({ generation, broken: null });
  }

  /** Newer code is broken. */
  breaks(failure: Failure): void {
    this.#change({ broken: failure });
  }

  /** A file changed that pages show. */
  changes(): void {
    this.#change({});
  }

  /** Only style sheets changed. */
  restyles(): void {
    this.#post({ type: 'styles', stamp: Date.now() });
  }

  close(): void {
    this.#channel.close();
  }

  #change(change: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...change, version: this.#state.version + 1 };
    this.#post({ type: 'state', state: this.#state });
  }

  #post(message: DevMessage): void {
    this.#channel.postMessage(message);
  }
}
