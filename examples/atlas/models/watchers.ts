/** Who looks at the live feed right now, over all workers: a row each, refreshed while they stay. */
import { randomUUID } from 'node:crypto';
import { database } from '../database.ts';

/** Rows of a worker that died are forgotten after this time, in milliseconds. */
const FORGOTTEN_MS = 30_000;

const put = database.prepare<[string, number]>('INSERT INTO watchers (id, seen_at) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at');
const remove = database.prepare<[string]>('DELETE FROM watchers WHERE id = ?');
const count = database.prepare<[number], { count: number }>('SELECT count(*) AS count FROM watchers WHERE seen_at > ?');
const sweep = database.prepare<[number]>('DELETE FROM watchers WHERE seen_at <= ?');

/** A watcher who has just come. */
export class Watcher {
  readonly #id = randomUUID();
  #seenAt = 0;

  /** How many watch, this one included. Writes only now and then. */
  look(): number {
    const now = Date.now();
    if (now - this.#seenAt > FORGOTTEN_MS / 3) {
      put.run(this.#id, now);
      sweep.run(now - FORGOTTEN_MS);
      this.#seenAt = now;
    }
    return count.get(now - FORGOTTEN_MS)?.count ?? 0;
  }

  leave(): void {
    remove.run(this.#id);
  }
}
