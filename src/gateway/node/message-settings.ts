/** What a server of fastserve/node says about the messages that its listeners get. Made once for each server; the application's thread. */
import { IncomingMessage as NodeMessage, ServerResponse as NodeResponse } from 'node:http';
import { HIGH_WATER_MARK } from './piece-queue.ts';

/** The options of node:http's createServer() that concern messages, read. */
export interface MessageSettings {
  /** What requests are instances of: http.IncomingMessage or a class that extends it. */
  readonly IncomingMessage: typeof NodeMessage;
  /** What responses are instances of: http.ServerResponse or a class that extends it. */
  readonly ServerResponse: typeof NodeResponse;
  /** Repeated lines of fields that node:http otherwise takes the first of are joined with ", ". */
  readonly joinDuplicateHeaders: boolean;
  /** Of requests, responses and their socket, in bytes. */
  readonly highWaterMark: number;
  /** Lower-case names of response fields whose values are one line, joined with "; ". Empty: each value is a line. */
  readonly uniqueHeaders: ReadonlySet<string>;
  /** Content of a response that has none (HEAD, 204, 304) throws. Otherwise it is left out. */
  readonly rejectNonStandardBodyWrites: boolean;
}

/** As node:http has them. */
export const DEFAULT_MESSAGES: MessageSettings = {
  IncomingMessage: NodeMessage,
  ServerResponse: NodeResponse,
  joinDuplicateHeaders: false,
  highWaterMark: HIGH_WATER_MARK,
  uniqueHeaders: new Set(),
  rejectNonStandardBodyWrites: false,
};
