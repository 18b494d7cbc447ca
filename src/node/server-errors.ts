/** Errors of node:net's servers, with their codes. Main thread. */

/** listen() on a server that listens. */
export function alreadyListening(): Error {
  return Object.assign(new Error('listen() was called more than once without closing the server'), { code: 'ERR_SERVER_ALREADY_LISTEN' });
}

/** close() of a server that does not listen. */
export function notRunning(): Error {
  return Object.assign(new Error('Server is not running.'), { code: 'ERR_SERVER_NOT_RUNNING' });
}
