/** The face of password hashing. */
export { type ScryptCost } from './encoded.ts';
export { hashPassword, isPasswordUsable, passwordNeedsUpgrade, unusablePassword, verifyPassword } from './password.ts';
