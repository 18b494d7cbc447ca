/** The face of signing: values that are handed out and known again. */
export { BadSignature, SignatureExpired } from './errors.ts';
export { secretKeyProblem, type SigningKeys } from './keys.ts';
export { type ObjectOptions } from './signed-object.ts';
export { Signer, type SignerOptions } from './signer.ts';
export { TimestampSigner, type UnsignOptions } from './timestamp-signer.ts';
