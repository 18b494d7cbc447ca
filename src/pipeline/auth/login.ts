/**
 * Who is logged in, by the session: the part of Django's auth that belongs to the server. Finding users and checking passwords is
 * the application's.
 */
import type { Request } from '../../http/request.ts';
import { rotateCsrfToken } from '../csrf/index.ts';
import { getSession } from '../sessions/index.ts';

const USER_NAME = '_user';

/**
 * Makes this browser that of a user. The session gets a new identity, so that one that was planted is worth nothing (session
 * fixation); of another user's session nothing stays. CSRF tokens from before do not fit any more.
 */
export async function login(request: Request, userId: string | number): Promise<void> {
  const session = await getSession(request);
  const before = session.get(USER_NAME);
  if (before !== undefined && before !== userId) session.flush();
  session.cycleKey();
  session.set(USER_NAME, userId);
  rotateCsrfToken(request);
}

/** Ends the session with everything in it. */
export async function logout(request: Request): Promise<void> {
  (await getSession(request)).flush();
}

/** What login() was given; undefined when nobody is logged in. */
export async function getUserId(request: Request): Promise<string | number | undefined> {
  return (await getSession(request)).get<string | number>(USER_NAME);
}
