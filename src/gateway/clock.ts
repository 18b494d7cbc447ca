/** The clock of times that cross threads. */

/** Milliseconds of the one clock that all threads have: performance.now() begins anew in each, and takes a while to load. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
