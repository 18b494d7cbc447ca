/** Sessions in the database: they outlive the server, and a log-out ends every copy of the cookie. */
import { createHash, randomBytes } from 'node:crypto';
import type { SessionStore } from 'fastserve';
import { database } from '../database.ts';

const load = database.prepare<[string, number], { data: string; expires_at: number }>(
  'SELECT data, expires_at FROM sessions WHERE id = ? AND expires_at > ?',
);
const insert = database.prepare<[string, string, number]>('INSERT INTO sessions (id, data, expires_at) VALUES (?, ?, ?)');
const update = database.prepare<[string, number, string]>('UPDATE sessions SET data = ?, expires_at = ? WHERE id = ?');
const remove = database.prepare<[string]>('DELETE FROM sessions WHERE id = ?');
const sweep = database.prepare<[number]>('DELETE FROM sessions WHERE expires_at <= ?');

/** Who reads the table must not be able to take over a session: it holds a hash of what the cookie holds. */
const keyOf = (value: string): string => createHash('sha256').update(value).digest('hex');

export const databaseStore: SessionStore = {
  load(value) {
    const row = load.get(keyOf(value), Date.now());
    return row && { data: JSON.parse(row.data) as Record<string, unknown>, expiresAt: row.expires_at };
  },
  create({ data, expiresAt }) {
    const value = randomBytes(32).toString('base64url');
    insert.run(keyOf(value), JSON.stringify(data), expiresAt);
    return value;
  },
  update(value, { data, expiresAt }) {
    return update.run(JSON.stringify(data), expiresAt, keyOf(value)).changes === 0 ? undefined : value;
  },
  remove: (value) => void remove.run(keyOf(value)),
};

/** Forgets what has ended. */
export function sweepSessions(): void {
  sweep.run(Date.now());
}
