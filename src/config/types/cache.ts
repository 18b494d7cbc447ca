/** The store of answers: as written, and as the server runs on it. */
import type { Duration, Size } from './quantities.ts';

/** The memory of stored answers, which all I/O threads share. */
export interface CacheConfig {
  /** Memory for all of them, at least "1mb". Default: "64mb". */
  bytes?: Size | undefined;
  /** Larger contents are not kept. At most an eighth of bytes. Default: "1mb". */
  maxEntryBytes?: Size | undefined;
  /** How long a request waits for the answer to another one that asked first; 0: not at all. Default: "5s". */
  lock?: Duration | undefined;
  /** Answers from the cache say so in the field Cache-Status (RFC 9211). Default: false. */
  status?: boolean | undefined;
}

export interface Cache {
  /** 0: nothing is kept. */
  bytes: number;
  maxEntryBytes: number;
  lock: number;
  status: boolean;
}
