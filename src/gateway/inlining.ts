/**
 * Another setting of the JavaScript engine for threads that answer requests. Process-wide.
 *
 * DESIGN: V8 compiles a hot function together with those that it calls, until these have 920 bytes of its byte code. The functions that
 * answer requests are small and many: a chain of middlewares, each with its closure; a compiled template, with an accessor for each name.
 * So their calls stay calls from the middle of the function on. With more room the full page takes 8 % fewer instructions
 * (docs/adr/0042-pages-are-gathered-as-bytes.md). Only code that is hot already is compiled so; of it there is a little more.
 */
import { raiseInlining } from '../boot/engine-flags.ts';

/** More is compiled in line from now on, in all threads. When to call it is said at keepObjectsYoung(). */
export function inlineMore(): void {
  raiseInlining();
}
