/** The messages of one request: those that waited, and those that it adds. Belongs to its request. */
import type { Request } from '../../http/request.ts';
import type { Response } from '../../http/response.ts';
import type { Message } from './message.ts';
import type { MessageStorage } from './storage.ts';

/**
 * Messages for a template. They count as shown, and do not come again, once somebody iterates over them; asking how many there
 * are leaves them.
 */
export class MessageList implements Iterable<Message> {
  readonly #messages: readonly Message[];
  readonly #onShown: () => void;

  constructor(messages: readonly Message[], onShown: () => void) {
    this.#messages = messages;
    this.#onShown = onShown;
  }

  get length(): number {
    return this.#messages.length;
  }

  [Symbol.iterator](): Iterator<Message> {
    this.#onShown();
    return this.#messages[Symbol.iterator]();
  }
}

export class RequestMessages {
  readonly #request: Request;
  readonly #storage: MessageStorage;
  #waiting: Promise<Message[]> | Message[] | null = null;
  /** Not shown yet: what this request added. */
  #added: Message[] = [];
  #wereShown = false;

  constructor(request: Request, storage: MessageStorage) {
    this.#request = request;
    this.#storage = storage;
  }

  add(message: Message): void {
    this.#added.push(message);
  }

  /** Those that waited and those that were added so far. */
  list(): MessageList | Promise<MessageList> {
    const waiting = (this.#waiting ??= this.#storage.load(this.#request));
    return waiting instanceof Promise ? waiting.then((ready) => this.#listOf(ready)) : this.#listOf(waiting);
  }

  #listOf(waiting: readonly Message[]): MessageList {
    const added = this.#added;
    const count = added.length;
    return new MessageList([...waiting, ...added], () => {
      this.#wereShown = true;
      if (this.#added === added) this.#added = added.slice(count);
    });
  }

  get hasChanged(): boolean {
    return this.#wereShown || this.#added.length > 0;
  }

  /** Keeps what was not shown. */
  async settle(response: Response): Promise<Response> {
    const waiting = this.#wereShown ? [] : await (this.#waiting ?? this.#storage.load(this.#request));
    return this.#storage.save(this.#request, response, [...waiting, ...this.#added]);
  }
}
