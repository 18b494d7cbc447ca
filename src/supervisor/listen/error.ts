/** Turns a failed bind into a sentence that says what to do. */
import { FastServeError } from '../../errors.ts';
import { findPortHolder } from './port-holder.ts';

/** What the addon puts on the errors of listen(). */
interface ListenFailure extends Error {
  code?: string;
  address?: string;
  port?: number;
}

/** A FastServeError FS_LISTEN for an error of NativeServer.listen(). */
export async function explainListenError(failure: ListenFailure): Promise<FastServeError> {
  return new FastServeError('FS_LISTEN', await sentence(failure), { cause: failure });
}

async function sentence({ code, address = '', port, message }: ListenFailure): Promise<string> {
  if (address === '' && message.startsWith('listen ')) return 'a socket that was passed to the process does not listen. Pass one of type stream on which listen() was called.';
  const place = port === undefined ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`;
  if (code === 'EADDRINUSE' && port !== undefined) {
    const holder = await findPortHolder(port);
    const by = holder === null ? '' : ` by "${holder.name}" (pid ${holder.pid})`;
    return `port ${port} is already in use${by}. Choose another with --port or "listen", or stop what holds it.`;
  }
  if (code === 'EADDRINUSE') return `${place} is already in use. Stop the server that listens there, or choose another path in "listen".`;
  if (code === 'EACCES' && port !== undefined && port < 1024) {
    return `no permission to listen on ${place}: ports below 1024 are for the system. Use a higher port, or grant CAP_NET_BIND_SERVICE.`;
  }
  if (code === 'EACCES') return `no permission to listen on ${place}. Choose a place that this user may write.`;
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${address}. Use one of its own, or "0.0.0.0" for every interface.`;
  return `cannot listen on ${place}: ${message}`;
}
