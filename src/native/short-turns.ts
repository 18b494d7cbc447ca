/** Threads and processes that work beside others that serve: they hold a core for a moment at a time. See native/net/short_turns.h. */
import { native } from './load.ts';

/** Runs what starts a thread or a process, which begins with short turns. `start` gets what a thread gives endShortTurns() later. */
export function inShortTurns<Result>(start: (sliceNs: number) => Result): Result {
  const { shortenTurns, endShortTurns, watchShortTurns } = native();
  const own = shortenTurns();
  try {
    return start(own);
  } finally {
    endShortTurns(own);
    watchShortTurns();
  }
}
