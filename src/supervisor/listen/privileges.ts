/** Becoming an ordinary user once the addresses are bound: before any code of the application runs. Main thread. */
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../errors.ts';

/** Whether the configuration asks for another user than this one. */
export function wantsOtherUser({ user, group }: { user: string; group: string }): boolean {
  return user !== '' || group !== '';
}

/**
 * Makes the whole process, all its threads, that user's and group's, for good. Rejects nothing that holds already: a process that
 * is not root may name itself. Throws ConfigError.
 */
export function dropPrivileges({ user, group }: { user: string; group: string }): void {
  const { getuid, setuid, setgid, initgroups } = process as NodeJS.Process & { initgroups?: (user: string | number, group: string | number) => void };
  if (getuid === undefined || setuid === undefined || setgid === undefined || initgroups === undefined) return;
  if (getuid() !== 0) {
    if (user === '' || isThisUser(user)) return;
    throw refusal('user', `got "${user}", and only root can become another user. Start as root, or remove the key.`);
  }
  if (user === '') throw refusal('group', 'is set without user, and the process would stay root. Set user too.');
  const own = accountNumber(user);
  const wanted = group === '' ? user : group;
  try {
    // In this order: what comes behind setuid is not allowed any more.
    initgroups(own, group === '' ? primaryGroup(user) : accountNumber(group));
    setgid(group === '' ? primaryGroup(user) : accountNumber(group));
    setuid(own);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const text = code === 'ERR_UNKNOWN_CREDENTIAL' ? `got "${wanted}", which this system does not know. Make the account, or name another.` : `the process cannot become "${user}": ${(error as Error).message}.`;
    throw refusal('user', text);
  }
  if (getuid() === 0) throw refusal('user', `got "${user}", which is root. Name an ordinary user.`);
}

function isThisUser(user: string): boolean {
  return user === String(process.getuid?.()) || user === process.env['USER'];
}

function accountNumber(name: string): string | number {
  return /^\d+$/.test(name) ? Number(name) : name;
}

/** The group that the system's list has for a user; for a number without an entry the same number. */
function primaryGroup(user: string): string | number {
  const entries = readPasswd();
  const entry = entries.find(([name, , uid]) => name === user || uid === user);
  return entry?.[3] !== undefined ? Number(entry[3]) : accountNumber(user);
}

function readPasswd(): string[][] {
  try {
    return readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  } catch {
    return [];
  }
}

function refusal(path: string, text: string): ConfigError {
  return new ConfigError('fastserve start', [{ path, text }]);
}
