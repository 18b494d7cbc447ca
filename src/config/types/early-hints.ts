/** Early hints that are learnt: as written, and as the server runs on them. */
import type { Duration } from './quantities.ts';

/** What is told early to browsers: the links that the last answers of a route had (RFC 8297). */
export interface LearnEarlyHintsConfig {
  /** Origins beside the page's own whose links are hinted: "https://cdn.example". Default: none. */
  origins?: readonly string[] | undefined;
  /** A page that nobody has asked for so long has no hints any more. Default: "1h". */
  maxAge?: Duration | undefined;
}

export interface LearnEarlyHints {
  /** In lower case, without a slash behind. */
  origins: string[];
  /** Milliseconds. */
  maxAge: number;
}
