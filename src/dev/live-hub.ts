/** A worker's end: knows the state, and keeps the streams of its browsers. The worker's thread. */
import { BroadcastChannel } from 'node:worker_threads';
import { CHANNEL, type DevMessage, type LiveState } from './channel.ts';
import { RETRY_MS, serverEvent } from './live-script.ts';

export class LiveHub {
  readonly #generation: number;
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #streams = new Set<EventQueue>();
  #state: LiveState | null = null;
  #onFirstState: () => void = () => {};

  /** Asks the main thread for the state and waits for it. `generation`: of this worker's code. */
  static async open(generation: number): Promise<LiveHub> {
    const hub = new LiveHub(generation);
    await new Promise<void>((resolve) => {
      hub.#onFirstState = resolve;
      hub.#channel.postMessage({ type: 'hello' } satisfies DevMessage);
    });
    hub.#channel.unref();
    return hub;
  }

  private constructor(generation: number) {
    this.#generation = generation;
    this.#channel.onmessage = (event) => this.#onMessage((event as { data: DevMessage }).data);
  }

  get state(): LiveState {
    return this.#state as LiveState; // open() has waited for it
  }

  /** The events of one browser. They end when newer code serves: the browser finds that by itself. */
  async *events(): AsyncGenerator<string> {
    const stream = new EventQueue();
    this.#streams.add(stream);
    try {
      yield `retry: ${RETRY_MS}\n\n${serverEvent('version', this.state.version)}`;
      yield* stream.texts();
    } finally {
      this.#streams.delete(stream);
    }
  }

  #onMessage(message: DevMessage): void {
    if (message.type === 'styles') this.#send(serverEvent('styles', message.stamp));
    if (message.type !== 'state') return;
    this.#state = message.state;
    this.#onFirstState();
    this.#send(serverEvent('version', message.state.version));
    if (message.state.generation === this.#generation) return;
    for (const stream of this.#streams) stream.end();
  }

  #send(text: string): void {
    for (const stream of this.#streams) stream.push(text);
  }
}

/** Texts that wait for their reader. */
class EventQueue {
  readonly #waiting: string[] = [];
  #ended = false;
  #wake: () => void = () => {};

  push(text: string): void {
    this.#waiting.push(text);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *texts(): AsyncGenerator<string> {
    while (true) {
      while (this.#waiting.length > 0) yield this.#waiting.shift() as string;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
