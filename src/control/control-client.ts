/** The other end of the control socket: sends one command to a running server. Of the command line. */
import { connect } from 'node:net';
import { FastServeError } from '../errors.ts';
import type { ControlReply, ControlRequest, ControlResult } from './protocol.ts';

export interface AskOptions {
  /** Waits until the server has closed the connection too: it has ended then. */
  readonly untilEnd?: boolean;
}

/**
 * The result of a command. Rejects with FastServeError: FS_NOT_RUNNING when nobody listens at `path`, FS_CONTROL when the connection
 * breaks, and with what the server says against the command.
 */
export function askServer(path: string, request: ControlRequest, { untilEnd = false }: AskOptions = {}): Promise<ControlResult> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    let result: ControlResult | undefined;
    socket.setEncoding('utf8');
    socket.on('error', (error: NodeJS.ErrnoException) => reject(unreachable(path, error)));
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (piece: string) => {
      text += piece;
      const end = text.indexOf('\n');
      if (end === -1 || result !== undefined) return;
      const reply = JSON.parse(text.slice(0, end)) as ControlReply;
      if (!reply.ok) {
        socket.destroy();
        return reject(new FastServeError('FS_CONTROL', reply.error));
      }
      result = reply.result;
      if (!untilEnd) socket.end();
    });
    socket.on('close', () => {
      if (result !== undefined) resolve(result);
      else reject(new FastServeError('FS_CONTROL', `the server at ${path} closed the connection without an answer. Look into its error log.`));
    });
  });
}

function unreachable(path: string, error: NodeJS.ErrnoException): FastServeError {
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') {
    const text = `no server is running here: nobody listens at ${path}. Start one with fastserve start, give the directory that it serves, or name its socket with --control.`;
    return new FastServeError('FS_NOT_RUNNING', text, { cause: error });
  }
  const text = error.code === 'EACCES'
    ? `this user may not control the server at ${path}. Run the command as the user of the server, or as root.`
    : `the control socket ${path} does not answer: ${error.message}.`;
  return new FastServeError('FS_CONTROL', text, { cause: error });
}
