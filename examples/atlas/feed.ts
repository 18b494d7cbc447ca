/**
 * The live feed: what is written while somebody watches, by whichever worker took it. Each stream looks into the database, which all
 * workers share; that costs some microseconds and needs no messages between them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerSentEvent } from 'fastserve';
import { findCountry } from './data.ts';
import { type Note, newestNoteId, notesAfter } from './models/notes.ts';
import { Watcher } from './models/watchers.ts';

const LOOK_EVERY_MS = 500;
/** The most that one look sends; a client that was away for long goes on with the next look. */
const MOST_AT_ONCE = 20;

/**
 * Events until `signal` aborts: "note" for each new note, with its id, and "watchers" with their number when it has changed. `lastId` is
 * that of the last note that the client has seen, null for a client that is new.
 */
export async function* feed(signal: AbortSignal, lastId: number | null): AsyncGenerator<ServerSentEvent> {
  const watcher = new Watcher();
  let last = lastId ?? newestNoteId();
  let watching = 0;
  try {
    for (;;) {
      const found = watcher.look();
      if (found !== watching) yield { event: 'watchers', data: (watching = found) };
      for (const note of notesAfter(last, MOST_AT_ONCE)) {
        yield { event: 'note', id: String(note.id), data: shown(note) };
        last = note.id;
      }
      await pause(LOOK_EVERY_MS, undefined, { signal });
    }
  } finally {
    watcher.leave();
  }
}

function shown({ country, title, rating, authorName }: Note) {
  return { country, name: findCountry(country)?.name ?? country, title, rating, author: authorName };
}
