/** Pages of the site in the place of the constant answers to failed requests. */
import type { NativeErrorPage } from '../../native/binding.ts';

/**
 * By status ("404") or class ("4xx", "5xx"): a file, or one for each form that clients may want. ".html" is for browsers, ".json" for programs,
 * ".txt" for everybody else.
 */
export interface ErrorPagesConfig {
  readonly [status: number]: string | readonly string[];
  readonly '4xx'?: string | readonly string[] | undefined;
  readonly '5xx'?: string | readonly string[] | undefined;
}

export interface ErrorPage extends NativeErrorPage {
  /** Absolute; where the page was read. */
  file: string;
}
