/** A stored session as text, and back. */
import type { StoredSession } from './store.ts';

export function toText(session: StoredSession): string {
  return JSON.stringify({ data: session.data, expiresAt: session.expiresAt });
}

/** undefined for text that is no session, or one that has ended. */
export function fromText(text: string): StoredSession | undefined {
  let value: Partial<StoredSession> | null;
  try {
    value = JSON.parse(text) as Partial<StoredSession> | null;
  } catch {
    return undefined;
  }
  if (typeof value?.expiresAt !== 'number' || value.expiresAt <= Date.now()) return undefined;
  if (typeof value.data !== 'object' || value.data === null) return undefined;
  return { data: value.data, expiresAt: value.expiresAt };
}
