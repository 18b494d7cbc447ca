/** When a worker has served its time: by requests, by age, or by its own word about its memory. Main thread. */
import type { Recycle } from '../../config/types/limits.ts';
import { monotonicMs } from '../../gateway/clock.ts';

export class WorkerWear {
  readonly #requests: number;
  readonly #ageMs: number;
  readonly #answered: () => number;
  readonly #answeredBefore: number;
  readonly #since = monotonicMs();
  #told: string | undefined;

  /** Of a life that begins now. answered: requests that workers of its slot have answered so far. */
  constructor(limits: Recycle, answered: () => number, random: () => number = Math.random) {
    const more = 1 + random() * limits.jitter;
    this.#requests = Math.ceil(limits.requests * more);
    this.#ageMs = limits.age * more;
    this.#answered = answered;
    this.#answeredBefore = limits.requests > 0 ? answered() : 0;
  }

  /** The worker says of itself that it is worn. */
  tell(reason: string): void {
    this.#told ??= reason;
  }

  /** Why another one should take its place; undefined while it is good. */
  get reason(): string | undefined {
    if (this.#told !== undefined) return this.#told;
    const age = monotonicMs() - this.#since;
    if (this.#ageMs > 0 && age >= this.#ageMs) return `it is ${Math.round(age / 1000)} s old`;
    if (this.#requests === 0) return undefined;
    const answered = this.#answered() - this.#answeredBefore;
    return answered >= this.#requests ? `it has answered ${answered} requests` : undefined;
  }
}
