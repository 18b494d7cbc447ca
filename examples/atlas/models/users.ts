/** People with an account. */
import { hashPassword, passwordNeedsUpgrade, verifyPassword } from 'fastserve';
import { database } from '../database.ts';

export interface User {
  readonly id: number;
  readonly name: string;
  /** File name of the flag below /uploads/; null without one. */
  readonly flag: string | null;
}

const COLUMNS = 'id, name, flag';
const byId = database.prepare<[number], User>(`SELECT ${COLUMNS} FROM users WHERE id = ?`);
const byName = database.prepare<[string], User & { password: string }>(`SELECT ${COLUMNS}, password FROM users WHERE name = ?`);
const insert = database.prepare<[string, string, number]>(
  'INSERT INTO users (name, password, joined_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING',
);
const updateFlag = database.prepare<[string | null, number]>('UPDATE users SET flag = ? WHERE id = ?');
const updatePassword = database.prepare<[string, number]>('UPDATE users SET password = ? WHERE id = ?');

export function findUser(id: number): User | undefined {
  return byId.get(id);
}

/** The new user's id; null when somebody else has the name, in whatever case. */
export async function createUser(name: string, password: string): Promise<number | null> {
  const { changes, lastInsertRowid } = insert.run(name, await hashPassword(password), Date.now());
  return changes === 0 ? null : Number(lastInsertRowid);
}

/** The user with this name and password. Takes as long for a name that nobody has, so that the time does not tell names. */
export async function authenticate(name: string, password: string): Promise<User | null> {
  const found = byName.get(name);
  if (!(await verifyPassword(password, found?.password)) || found === undefined) return null;
  if (passwordNeedsUpgrade(found.password)) updatePassword.run(await hashPassword(password), found.id);
  return found;
}

/** `flag`: a file name below /uploads/, null for none. */
export function setFlag(userId: number, flag: string | null): void {
  updateFlag.run(flag, userId);
}
