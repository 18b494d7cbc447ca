/**
 * The gate of the inflight workload: handlers wait here until the harness opens it. One for each process or worker thread.
 */
let waiting = [];

/** Calls `answer` when the gate opens. */
export function wait(answer) {
  return new Promise((resolve) => waiting.push(resolve)).then(answer);
}

export function waitingCount() {
  return waiting.length;
}

/** Lets everyone through. */
export function open() {
  const released = waiting;
  waiting = [];
  for (const resolve of released) resolve();
}
