/** Travellers' notes: what people write about countries. */
import type { CountedSource } from 'fastserve';
import { database } from '../database.ts';

export interface Note {
  readonly id: number;
  /** Slug of the country: "deu". */
  readonly country: string;
  readonly title: string;
  readonly body: string;
  /** 1 to 5. */
  readonly rating: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  readonly authorId: number;
  readonly authorName: string;
  readonly authorFlag: string | null;
}

/** The notes of a filter, the newest first. */
export interface QuerySet extends CountedSource<Note> {
  count(): number;
  slice(offset: number, limit: number): Note[];
}

/** What an author says. */
export interface Draft {
  readonly title: string;
  readonly body: string;
  readonly rating: number;
}

/** Which notes: all, or those that fit. */
export interface NoteFilter {
  readonly country?: string | undefined;
  readonly author?: number | undefined;
  /** A text in title or body, in any case. */
  readonly words?: string | undefined;
}

const SELECT = `
  SELECT notes.id, country, title, body, rating, written_at AS writtenAt, author_id AS authorId, name AS authorName, flag AS authorFlag
  FROM notes JOIN users ON users.id = author_id`;
const FILTER = `
  WHERE (@country IS NULL OR country = @country) AND (@author IS NULL OR author_id = @author)
    AND (@like IS NULL OR title LIKE @like ESCAPE '!' OR body LIKE @like ESCAPE '!')`;

interface Parameters {
  country: string | null;
  author: number | null;
  like: string | null;
}

const byId = database.prepare<[number], Note>(`${SELECT} WHERE notes.id = ?`);
const after = database.prepare<[number, number], Note>(`${SELECT} WHERE notes.id > ? ORDER BY notes.id LIMIT ?`);
const newest = database.prepare<[], { id: number | null }>('SELECT max(id) AS id FROM notes');
const count = database.prepare<[Parameters], { count: number }>(`SELECT count(*) AS count FROM notes ${FILTER}`);
const slice = database.prepare<[Parameters & { limit: number; offset: number }], Note>(
  `${SELECT} ${FILTER} ORDER BY notes.id DESC LIMIT @limit OFFSET @offset`,
);
const average = database.prepare<[string], { average: number | null; count: number }>(
  'SELECT avg(rating) AS average, count(*) AS count FROM notes WHERE country = ?',
);
const insert = database.prepare<[number, string, string, string, number, number]>(
  'INSERT INTO notes (author_id, country, title, body, rating, written_at) VALUES (?, ?, ?, ?, ?, ?)',
);
const update = database.prepare<[string, string, number, number]>('UPDATE notes SET title = ?, body = ?, rating = ? WHERE id = ?');
const remove = database.prepare<[number]>('DELETE FROM notes WHERE id = ?');

export function findNote(id: number): Note | undefined {
  return byId.get(id);
}

/** Notes as a list view wants them: the newest first, one page at a time. */
export function notes({ country, author, words }: NoteFilter = {}): QuerySet {
  const like = words === undefined || words === '' ? null : `%${words.replace(/[!%_]/g, '!$&')}%`;
  const filter: Parameters = { country: country ?? null, author: author ?? null, like };
  return {
    count: () => count.get(filter)?.count ?? 0,
    slice: (offset, limit) => slice.all({ ...filter, offset, limit }),
  };
}

/** How the travellers like it: the mean of their ratings, null without any. */
export function ratingOf(country: string): { average: number | null; count: number } {
  return average.get(country) ?? { average: null, count: 0 };
}

/** Notes that were written after the one with this id, oldest first. */
export function notesAfter(id: number, limit: number): Note[] {
  return after.all(id, limit);
}

/** 0 without any notes. */
export function newestNoteId(): number {
  return newest.get()?.id ?? 0;
}

export function addNote(authorId: number, country: string, { title, body, rating }: Draft): number {
  return Number(insert.run(authorId, country, title, body, rating, Date.now()).lastInsertRowid);
}

export function changeNote(id: number, { title, body, rating }: Draft): void {
  update.run(title, body, rating, id);
}

export function deleteNote(id: number): void {
  remove.run(id);
}
