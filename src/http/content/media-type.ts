/**
 * Media types of content (RFC 9110 8.3). Any thread.
 */
import { parseParameters } from './parameters.ts';

export interface MediaType {
  /** "text/html", lower-case. */
  readonly name: string;
  /** By lower-case name: charset, boundary. */
  readonly parameters: ReadonlyMap<string, string>;
}

const NAME = /^[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+\/[!#$%&'*+\-.^_`|~0-9A-Za-z]+)/;

/** undefined for a value that is no media type. */
export function parseMediaType(value: string): MediaType | undefined {
  const name = NAME.exec(value);
  if (name === null) return undefined;
  const parameters = parseParameters(value, name[0].length);
  return parameters === undefined ? undefined : { name: (name[1] as string).toLowerCase(), parameters };
}
