/**
 * Tags of the application.
 */
import { awaited } from './lookup.ts';
import type { SafeString } from './safe-string.ts';
import type { RenderState } from './state.ts';

/** What a tag gets: {% name a b key=c %} body {% endname %}. */
export interface TagCall {
  readonly args: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
  /** What is between the tag and its end tag, rendered; null for a tag without a body. */
  readonly body: SafeString | null;
  /** What render() was given, with the names of the context processors. */
  readonly context: object;
}

/** Gives what the tag shows, or keeps under {% ... as name %}. Text is escaped unless it is marked safe. May be asynchronous. */
export type TagFunction = (call: TagCall) => unknown;

export function callTag(
  state: RenderState,
  tag: TagFunction,
  args: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
  body: SafeString | null,
): unknown {
  return awaited(
    state,
    state.once(tag, () => tag({ args, named, body, context: state.context })),
  );
}
