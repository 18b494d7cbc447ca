/** One-time messages: what they are, and their form in a cookie or session. Any thread. */

/** As Django's levels. */
export type MessageLevel = 'debug' | 'info' | 'success' | 'warning' | 'error';

/** A text for the next page that shows messages. */
export interface Message {
  readonly level: MessageLevel;
  readonly text: string;
  /** Classes for style sheets: the level, and what the caller added in front of it. */
  readonly tags: string;
}

export const LEVELS: readonly MessageLevel[] = ['debug', 'info', 'success', 'warning', 'error'];

/** Messages as JSON. */
export function packMessages(messages: readonly Message[]): unknown {
  return messages.map(({ level, text, tags }) => [level, text, tags]);
}

/** And back; what is no message is left out. */
export function unpackMessages(packed: unknown): Message[] {
  if (!Array.isArray(packed)) return [];
  return packed.flatMap((entry): Message[] => {
    if (!Array.isArray(entry)) return [];
    const [level, text, tags] = entry as unknown[];
    if (!LEVELS.includes(level as MessageLevel) || typeof text !== 'string' || typeof tags !== 'string') return [];
    return [{ level: level as MessageLevel, text, tags }];
  });
}
