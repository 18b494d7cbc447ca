/**
 * Passwords: hashed with scrypt (RFC 7914) to be stored, and checked. The work is done on libuv's threads, so a worker goes on
 * with other requests meanwhile. Any thread.
 */
import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { costProblem, decodePassword, encodePassword, HASH_BYTES, memoryOf, type ScryptCost } from './encoded.ts';

/** 16 MiB for each hashing: OWASP's parameters for scrypt with little memory, and Django's. */
const DEFAULT_COST: ScryptCost = { work: 16_384, blockSize: 8, parallelism: 5 };
const SALT_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 62^22 salts: 131 bits. */
const SALT_LENGTH = 22;
/** Begins what is stored for accounts that have no password. */
const UNUSABLE = '!';
const NUL = '\0';

/**
 * The text to store for a password: "scrypt$16384$<salt>$8$5$<hash>". A new salt each time, so two equal passwords differ.
 * cost: more than the default when the machine can afford it. Rejects with TypeError for a cost that cannot be used, and for a
 * password with a NUL character: scrypt could not tell it from the one without (HMAC fills short keys with zeros, RFC 2104 2).
 */
export async function hashPassword(password: string, cost: Partial<ScryptCost> = {}): Promise<string> {
  if (typeof password !== 'string') throw new TypeError(`hashPassword(): the password is of type ${typeof password}; expected a string`);
  if (password.includes(NUL)) throw new TypeError('hashPassword(): the password holds a NUL character; refuse it where it is typed in');
  const full = completeCost('hashPassword()', cost);
  const salt = Array.from({ length: SALT_LENGTH }, () => SALT_CHARACTERS[randomInt(SALT_CHARACTERS.length)]).join('');
  return encodePassword({ cost: full, salt, hash: await derive(password, salt, full) });
}

/**
 * Whether the password is the one that was hashed. The comparison takes constant time. Without a usable stored text (null for
 * an account that does not exist), and for a password with a NUL character, it is false, after as much work as a check costs: the
 * time does not tell who has an account.
 */
export async function verifyPassword(password: string, encoded: string | null | undefined): Promise<boolean> {
  const stored = typeof encoded === 'string' ? decodePassword(encoded) : undefined;
  if (stored === undefined || typeof password !== 'string' || password.includes(NUL)) {
    await derive('', randomBytes(16).toString('hex'), DEFAULT_COST);
    return false;
  }
  return timingSafeEqual(stored.hash, await derive(password, stored.salt, stored.cost));
}

/** Whether a stored text was made with another cost than is asked for now: hash the password again after the next good login. */
export function passwordNeedsUpgrade(encoded: string, cost: Partial<ScryptCost> = {}): boolean {
  const { work, blockSize, parallelism } = completeCost('passwordNeedsUpgrade()', cost);
  const stored = decodePassword(encoded)?.cost;
  return stored === undefined || stored.work !== work || stored.blockSize !== blockSize || stored.parallelism !== parallelism;
}

/** A text to store that no password fits. */
export function unusablePassword(): string {
  return `${UNUSABLE}${randomBytes(30).toString('base64url')}`;
}

/** Whether a stored text is one that hashPassword() made, so that a password may fit it. */
export function isPasswordUsable(encoded: string | null | undefined): boolean {
  return typeof encoded === 'string' && decodePassword(encoded) !== undefined;
}

function completeCost(caller: string, given: Partial<ScryptCost>): ScryptCost {
  const cost = { ...DEFAULT_COST, ...given };
  const problem = costProblem(cost);
  if (problem !== undefined) throw new TypeError(`${caller}: ${problem}`);
  return cost;
}

function derive(password: string, salt: string, cost: ScryptCost): Promise<Buffer> {
  const { work: N, blockSize: r, parallelism: p } = cost;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { N, r, p, maxmem: 2 * memoryOf(cost) }, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}
