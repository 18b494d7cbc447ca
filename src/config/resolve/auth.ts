/** The rules of `auth` with what their files say. Files are relative to `directory`. */
import { resolve as resolvePath } from 'node:path';
import type { ConfigProblem } from '../../errors.ts';
import { decodePassword } from '../../passwords/encoded.ts';
import { readRegular } from '../read-regular.ts';
import type { AuthRule, AuthUser } from '../types/auth.ts';
import type { CheckedAuth } from '../schema/auth.ts';
import { show } from '../values/show.ts';

/** What is wrong with a file is added to `problems`, with the path of the key that names it. */
export function authRules(rules: readonly CheckedAuth[], directory: string, problems: ConfigProblem[]): AuthRule[] {
  return rules.map(({ users: file, ...rule }, index) => {
    const users = file === undefined ? [] : readUsers(file, directory, (text) => void problems.push({ path: `auth[${index}].users`, text }));
    return { ...rule, users };
  });
}

function readUsers(file: string, directory: string, problem: (text: string) => void): AuthUser[] {
  let lines: string[] = [];
  try {
    lines = readRegular(resolvePath(directory, file)).toString().split('\n');
  } catch (error) {
    problem(`got ${show(file)}, which cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}). Name a file with a line "name:scrypt$..." for each user.`);
    return [];
  }
  const users: AuthUser[] = [];
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const user = userOf(text);
    // The line itself is a secret.
    if (user === undefined) problem(`line ${index + 1} of ${show(file)} is not "name:scrypt$...". Make the second part with hashPassword().`);
    else if (users.some(({ name }) => name === user.name)) problem(`line ${index + 1} of ${show(file)} has the name ${show(user.name)} again. Remove one of the two.`);
    else users.push(user);
  }
  if (users.length === 0) problem(`got ${show(file)}, which has no users, so nobody could come in. Add a line "name:scrypt$...".`);
  return users;
}

function userOf(line: string): AuthUser | undefined {
  const colon = line.indexOf(':');
  const password = decodePassword(line.slice(colon + 1));
  if (colon < 1 || password === undefined) return undefined;
  return { name: line.slice(0, colon), ...password.cost, salt: password.salt, hash: password.hash.toString('base64') };
}
