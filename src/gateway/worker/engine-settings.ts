/**
 * Settings of the JavaScript engine for threads that answer requests. Process-wide.
 *
 * DESIGN: two judgements of V8 go wrong there.
 *
 * Pretenuring. V8 counts, for each array or object literal, how many of what it makes outlive a collection; where most do, it makes
 * the next ones in the old generation at once. But what one request makes (the rows of a page) dies with it, and once one literal of
 * it is taken for long-lived, its dead objects hold what they refer to through every small collection, so the other literals look
 * long-lived too, and nothing brings the judgement back. A page then costs twice as much (docs/adr/0033-what-a-page-costs.md).
 *
 * Inlining. V8 compiles a hot function together with those that it calls, until these have 920 bytes of its byte code. The functions
 * that answer requests are small and many: a chain of middlewares, each with its closure; a compiled template, with an accessor for
 * each name. So their calls stay calls from the middle of the function on. With more room the full page takes 8 % fewer instructions
 * (docs/adr/0042-pages-are-gathered-as-bytes.md). Only code that is hot already is compiled so; of it there is a little more.
 */
import { endPretenuring, raiseInlining } from '../../boot/engine-flags.ts';

/**
 * From now on, in all threads, new objects begin in the young generation and more is compiled in line. Call it when the application is
 * loaded: V8's cached code of Node's own modules is for the flags that the process began with, and is not used for modules that are
 * loaded after a change.
 */
export function tuneEngine(): void {
  endPretenuring();
  raiseInlining();
}
