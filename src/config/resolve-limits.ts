/** The limits of a checked configuration: those of every request, the rules for some, and the users who must prove themselves. */
import { readFileSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import type { ConfigProblem } from '../errors.ts';
import { decodePassword } from '../passwords/encoded.ts';
import type { AuthUser, GateRules } from './limit-types.ts';
import type { CheckedConfig } from './schema.ts';
import type { CheckedAuth } from './schema-limits.ts';
import { show } from './text.ts';
import type { Settings } from './types.ts';

/** The keys of `limits` that are rules go to the gate, with the access rules. Files of users are read: relative to `directory`. */
export function limitSettings(checked: CheckedConfig, directory: string, problems: ConfigProblem[]): Pick<Settings, 'limits' | 'gate' | 'head'> {
  const { rate, concurrency, bodies, connectionsPerAddress, rateKeys, ...limits } = checked.limits;
  return {
    limits,
    gate: {
      access: checked.access,
      bodies: bodies.map(({ max, ...scope }) => ({ ...scope, bytes: max })),
      rates: rate,
      concurrency: concurrency.map(({ max, ...scope }) => ({ ...scope, most: max })),
      auth: checked.auth.map((rule, index) => authRule(rule, directory, `auth[${index}].users`, problems)),
      connectionsPerAddress,
      rateKeys,
    },
    head: checked.security,
  };
}

function authRule({ users: file, ...rule }: CheckedAuth, directory: string, path: string, problems: ConfigProblem[]): GateRules['auth'][number] {
  const problem = (text: string) => void problems.push({ path, text });
  let lines: string[] = [];
  try {
    lines = readFileSync(resolvePath(directory, file), 'utf8').split('\n');
  } catch (error) {
    problem(`got ${show(file)}, which cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}). Name a file with a line "name:scrypt$..." for each user.`);
    return { ...rule, users: [] };
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
  return { ...rule, users };
}

function userOf(line: string): AuthUser | undefined {
  const colon = line.indexOf(':');
  const password = decodePassword(line.slice(colon + 1));
  if (colon < 1 || password === undefined) return undefined;
  return { name: line.slice(0, colon), ...password.cost, salt: password.salt, hash: password.hash.toString('base64') };
}
