/** Who looks at the page, and what they may change about themselves. */
import { join } from 'node:path';
import { PermissionDenied, type Request, type UploadedFile, getUserId } from 'fastserve';
import type { FlagImage } from './flag-image.ts';
import { type User, findUser, setFlag } from './models/users.ts';
import { uploadDirectory } from './settings.ts';

/** Whoever is logged in; null for visitors, and for an account that is gone while its session is not. */
export async function visitorOf(request: Request): Promise<User | null> {
  const id = await getUserId(request);
  return typeof id === 'number' ? (findUser(id) ?? null) : null;
}

/** For views behind loginRequired(). PermissionDenied without an account. */
export async function currentUser(request: Request): Promise<User> {
  const user = await visitorOf(request);
  if (user === null) throw new PermissionDenied('This account does not exist any more.');
  return user;
}

/** Keeps the picture where /uploads/ is served from. Pictures are named by their content: one may belong to several people. */
export async function flyFlag(user: User, { file, image }: { file: UploadedFile; image: FlagImage }): Promise<void> {
  await file.moveTo(join(uploadDirectory, image.fileName));
  setFlag(user.id, image.fileName);
}
