/**
 * The database: one SQLite file that all workers open. WAL lets them read while one of them writes; a second writer waits for the
 * first. The schema is created on the first run.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { dataDirectory } from './settings.ts';

/** How long a writer waits for another one before it fails, in milliseconds. */
const BUSY_MS = 5000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password TEXT NOT NULL,
    flag TEXT,
    joined_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    country TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    written_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS notes_by_country ON notes (country, id);
  CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, data TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS watchers (id TEXT PRIMARY KEY, seen_at INTEGER NOT NULL) STRICT;
`;

export const database = openDatabase();

function openDatabase(): Database.Database {
  const opened = new Database(join(dataDirectory, 'atlas.sqlite'), { timeout: BUSY_MS });
  opened.pragma('journal_mode = WAL');
  opened.pragma('foreign_keys = ON');
  // Immediate: two workers that start together create the tables one after the other.
  opened.transaction(() => opened.exec(SCHEMA)).immediate();
  return opened;
}
