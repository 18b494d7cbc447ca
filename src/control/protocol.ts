/**
 * What goes over the control socket: one JSON object a line, a request and its reply. A leaf of this folder.
 *
 *   {"command":"kill","arguments":["2"]}   ─►
 *   ◄─   {"ok":true,"result":{"message":"worker 2 is ended"}}   or   {"ok":false,"error":"...","code":"FS_CONTROL"}
 */

import { FastServeError } from '../errors.ts';

/** A longer line ends the connection. */
export const MAX_LINE_BYTES = 65_536;

export interface ControlRequest {
  readonly command: string;
  /** As typed behind the command. */
  readonly arguments: readonly string[];
}

/** What a command gives: `message` for people, the rest for programs. */
export type ControlResult = { readonly message: string } & Readonly<Record<string, unknown>>;

export type ControlReply = { readonly ok: true; readonly result: ControlResult } | { readonly ok: false; readonly error: string; readonly code: string };

/** The request in a line; a text that says what is wrong with it otherwise. */
export function parseRequest(line: string): ControlRequest | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'the line is no JSON. Send {"command":"status","arguments":[]}.';
  }
  if (typeof value !== 'object' || value === null) return 'the line is no object. Send {"command":"status","arguments":[]}.';
  const { command, arguments: given = [] } = value as { command?: unknown; arguments?: unknown };
  if (typeof command !== 'string') return '"command" is missing. Send {"command":"status","arguments":[]}.';
  if (!Array.isArray(given) || !given.every((argument) => typeof argument === 'string')) return '"arguments" must be a list of texts.';
  return { command, arguments: given as string[] };
}

/** A command that is not done. */
export function refusal(text: string): FastServeError {
  return new FastServeError('FS_CONTROL', text);
}
