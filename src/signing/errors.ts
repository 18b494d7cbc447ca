/**
 * What goes wrong with signed values. The messages say nothing that helps a forger, so they may reach the client. Any thread.
 */

/** A value that was not signed with this key and salt, or was changed since. In a pipeline it is answered with 400. */
export class BadSignature extends Error {
  override name = 'BadSignature';
}

/** A value that was signed in order, but longer ago than the reader accepts. */
export class SignatureExpired extends BadSignature {
  override name = 'SignatureExpired';
}
