/**
 * Standard output of a command. Main thread.
 *
 * DESIGN: asked for when there is something to print: Node makes the stream then, which a start that has to be quick does not wait for.
 */
let isReady = false;

export function output(): NodeJS.WriteStream {
  if (!isReady) process.stdout.on('error', dropUnread);
  isReady = true;
  return process.stdout;
}

/** A reader that has read enough (`fastserve routes | head`) is no failure: what it leaves is dropped. */
function dropUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
