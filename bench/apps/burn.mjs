/** Work of a view that computes: 20 ms of the clock, so that it is the same on every machine. */
const BURN_MS = 20;

export function burn() {
  const end = performance.now() + BURN_MS;
  while (performance.now() < end);
}
