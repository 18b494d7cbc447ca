/**
 * A setting of the JavaScript engine for threads that answer requests. Process-wide.
 *
 * DESIGN: V8 counts, for each array or object literal, how many of what it makes outlive a collection; where most do, it makes
 * the next ones in the old generation at once. Where requests are answered that goes wrong: what one request makes (the rows of a
 * page) dies with it, but once one literal of it is taken for long-lived, its dead objects hold what they refer to through every
 * small collection, so the other literals look long-lived too, and nothing brings the judgement back. A page then costs twice as
 * much (docs/adr/0033-what-a-page-costs.md).
 */
import { endPretenuring } from '../boot/engine-flags.ts';

/**
 * New objects begin in the young generation from now on, in all threads. Call it when the application is loaded: V8's cached code
 * of Node's own modules is for the flags that the process began with, and is not used for modules that are loaded after a change.
 */
export function keepObjectsYoung(): void {
  endPretenuring();
}
