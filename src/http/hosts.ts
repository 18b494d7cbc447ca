/** Hosts as applications name them: "example.org", or "*.example.org" for all names below it. Any thread. */

const PATTERN = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$|^\[[0-9a-f:.]+\]$/;

/** A pattern in lower case, without port. */
export function isHostPattern(text: string): boolean {
  return PATTERN.test(text);
}

/** Tells whether a lower-case name fits one of the patterns. */
export function hostMatcher(patterns: readonly string[]): (name: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.startsWith('*.')));
  const endings = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1));
  return (name) => exact.has(name) || endings.some((ending) => name.length > ending.length && name.endsWith(ending));
}

/** The host of an authority in lower case: without port and without the dot of a fully qualified name. */
export function hostName(authority: string): string {
  const colon = authority.lastIndexOf(':');
  const host = colon > authority.lastIndexOf(']') ? authority.slice(0, colon) : authority;
  return (host.endsWith('.') ? host.slice(0, -1) : host).toLowerCase();
}
